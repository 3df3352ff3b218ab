"""`results/<phase>.jsonl`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pytest_agentorch.model.ids import AgentId, PhaseName, TestId
from pytest_agentorch.model.outcome import Outcome
from pytest_agentorch.storage.result_file import write_results
from tests.unit.event_builders import (
    START,
    a_run,
    connected,
    kept,
    lost,
    plan_of,
    poisoned,
    ran,
    retried,
    started,
    summary_of,
)

UNIT = PhaseName("unit")


def nobody_knows(_test: TestId, _agent: AgentId, _started: float) -> None:
    """When a test was assigned."""


def just_before(_test: TestId, _agent: AgentId, started: float) -> float:
    """The same."""
    return started - 0.5


def rows(folder: Path, *events: Any, assigned: Any = nobody_knows) -> list[dict[str, Any]]:
    """What is written of a run with these events."""
    tests = summary_of(a_run(), plan_of(4), *events).tests
    write_results(folder / "results", UNIT, tests, assigned)
    lines = (folder / "results" / "unit.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


def test_each_test_has_a_row(tmp_path: Path) -> None:
    """One that has no verdict, too: it runs, or waits."""
    events = connected("gw0"), ran(0, Outcome.FAILED), started(1, at=4.0)
    failed, runs, waits, _ = rows(tmp_path, *events, assigned=just_before)
    assert failed == {
        "id": "tests/test_a.py::test_0",
        "outcome": "failed",
        "seconds": 1.0,
        "agent": "gw0",
        "attempts": 1,
        "assigned": START + 1.5,
        "started": START + 2.0,
        "ended": START + 3.0,
    }
    assert (runs["outcome"], runs["agent"], runs["started"]) == (None, "gw0", START + 4.0)
    assert runs["ended"] is None
    assert (waits["outcome"], waits["agent"], waits["attempts"]) == (None, None, 0)
    assert waits["assigned"] is None


def test_attempts_before_the_last_are_told(tmp_path: Path) -> None:
    """One that has failed, one that lost its agent, and one that was given up."""
    retry = started(0), retried(0, message="assert 0"), ran(0, at=5.0)
    loss = started(1, "gw1"), lost("gw1", 1), ran(1, agent="gw1.2", at=6.0)
    failed, died, _, poison = rows(tmp_path, *retry, *loss, *poisoned(3), assigned=just_before)
    assert (failed["attempts"], failed["started"]) == (2, START + 5.0)
    assert failed["earlier"] == [
        {
            "agent": "gw0",
            "message": "assert 0",
            "assigned": START + 1.5,
            "started": START + 2.0,
            "ended": START + 3.0,
        }
    ]
    (before,) = died["earlier"]
    assert (died["agent"], died["attempts"], before["agent"]) == ("gw1.2", 2, "gw1")
    assert (poison["outcome"], poison["attempts"], len(poison["earlier"])) == ("failed", 2, 1)


def test_a_verdict_of_an_earlier_run_has_no_agent(tmp_path: Path) -> None:
    """Nor was it assigned here."""
    row = rows(tmp_path, kept(2), assigned=just_before)[2]
    assert (row["outcome"], row["agent"], row["assigned"]) == ("passed", None, None)


def test_a_phase_may_be_called_as_one_likes(tmp_path: Path) -> None:
    """Its file is in the folder, and has a name that all systems know."""
    for phase in ("a/b", "..", "slow tests"):
        write_results(tmp_path, PhaseName(phase), (), nobody_knows)
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["...jsonl", "a%2Fb.jsonl", "slow tests.jsonl"]
