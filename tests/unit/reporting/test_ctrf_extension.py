"""What CTRF has no field for."""

from __future__ import annotations

from pytest_agentorch.model.settings import Start
from tests.unit.event_builders import START, a_plan, a_run, summary_of
from tests.unit.reporting.ctrf_runs import RUNS, document_of


def test_our_part_tells_how_the_run_went() -> None:
    """Phases, agents, performance, incidents, advice, and how it ended."""
    ours = document_of(RUNS["crash"], exit_code=1)["extra"]["pytest-agentorch"]
    assert (ours["run"], ours["exit_code"]) == ("20231114T221320Z-0a1b2c3d", 1)
    assert (ours["stop_reason"], ours["totals"]["not_run"]) == ("no_agents", 1)
    assert [(agent["id"], agent["status"]) for agent in ours["agents"]] == [
        ("gw0", "failed"),
        ("gw0.2", "failed"),
    ]
    assert ours["phases"][0]["agents_allowed"] == 2
    assert ours["performance"]["busy_seconds"] == 1.5
    assert [one["slug"] for one in ours["recommendations"]] == ["poison-test", "slot-given-up"]
    timeline = ours["incidents"][0].pop("timeline")
    assert timeline[:2] == [
        {"at": START + 1.0, "what": "gw0 came up, pid 100"},
        {"at": START + 3.0, "what": "gw0 was lost: SIGSEGV (11)"},
    ]
    assert ours["incidents"][0] == {
        "slug": "agent-lost",
        "severity": "sev3",
        "what": "gw0 lost (SIGSEGV) in tests/test_a.py::test_0; replaced in 0.25 s",
        "agent": "gw0",
        "slot": "gw0",
        "test": "tests/test_a.py::test_0",
        "status": "SIGSEGV (11)",
        "at": START + 3.0,
        "recovery_seconds": 0.25,
        "peak_memory": None,
        "output": ["Fatal Python error"],
    }


def test_our_part_tells_how_agents_started() -> None:
    """And what spoke against a fork; before there is a plan nothing is known."""
    spawned = a_plan(start=Start.SPAWN, start_reasons=("some.db is open for writing",))
    ours = document_of(summary_of(a_run(), spawned))["extra"]["pytest-agentorch"]
    assert (ours["start"], ours["start_reasons"]) == ("spawn", ["some.db is open for writing"])
    ours = document_of(summary_of(a_run()))["extra"]["pytest-agentorch"]
    assert (ours["start"], ours["start_reasons"]) == (None, [])
