"""`progress.json`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pytest_agentorch.model.event import PhaseStarted
from pytest_agentorch.model.ids import RunId
from pytest_agentorch.results.progress import Progress, ProgressFold
from pytest_agentorch.storage.progress_file import ProgressFile
from tests.unit.event_builders import START, connected, over, ran
from tests.unit.orchestration.plans import some_tests
from tests.unit.results.test_progress import OUTLINES, UNIT, view


def written(folder: Path, progress: Progress) -> dict[str, Any]:
    """The content of the file."""
    path = folder / "progress.json"
    ProgressFile(path, RunId("20231114T221320Z-0a1b2c3d"), START).write(progress)
    data: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return data


def test_it_says_who_runs_what_since_when_and_how_far_all_is(tmp_path: Path) -> None:
    """Moments are ISO 8601, durations seconds."""
    fold = ProgressFold(some_tests(4), OUTLINES[:1])
    fold.take([PhaseStarted(phase=UNIT, tests=4, agents=2, at=START), connected("gw0"), *ran(0)])
    data = written(tmp_path, fold.progress([view("gw0", 1, 2, since=3.0)], START + 5.0))
    counts = {"total": 4, "pending": 1, "assigned": 1, "started": 1, "finished": 1, "passed": 1}
    zero = dict.fromkeys(("failed", "error", "skipped", "xfailed", "xpassed"), 0)
    assert data["tests"] == {**counts, **zero, "percent": 25.0}
    assert (data["status"], data["seconds"]) == ("active", 5.0)
    assert data["updated"] == "2023-11-14T22:13:25.000+00:00"
    assert data["expected_end"] == "2023-11-14T22:13:25.500+00:00"
    (phase,) = data["phases"]
    assert (phase["name"], phase["status"], phase["agents"]) == ("unit", "active", 1)
    assert phase["tests"] == data["tests"]
    (agent,) = data["agents"]
    assert (agent["id"], agent["test"], agent["seconds"]) == ("gw0", "test_1.py::test_1", 2.0)
    assert (agent["since"], agent["assigned"]) == ("2023-11-14T22:13:23.000+00:00", 1)
    assert (agent["status"], agent["type"], agent["mean_seconds"]) == ("active", ["unit"], 1.0)
    assert data["statistics"] == {
        "total": 1,
        "available": 0,
        "busy": 1,
        "lost": 0,
        "completion_rate": 25.0,
        "success_rate": 100.0,
    }


def test_before_the_plan_and_after_the_end(tmp_path: Path) -> None:
    """The words are those of `run.json`."""
    assert written(tmp_path, ProgressFold().progress((), START))["status"] == "initializing"
    fold = ProgressFold(some_tests(1), OUTLINES[:1])
    fold.take([*ran(0), over()])
    data = written(tmp_path, fold.progress((), START + 3.0))
    assert (data["status"], data["expected_end"], data["agents"]) == ("completed", None, [])
