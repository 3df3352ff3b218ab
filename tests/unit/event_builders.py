"""Builders of events: each test says only what it is about."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pytest_agentorch.model.coverage_event import (
    CoverageCount,
    CoverageGap,
    CoverageMeasured,
    CoverageShare,
    RunCoverage,
)
from pytest_agentorch.model.event import (
    AgentConnected,
    AgentLost,
    Event,
    PlanMade,
    RunFinished,
    RunResumed,
    RunStarted,
    TestFinished,
    TestGivenUp,
    TestKept,
    TestRetried,
    TestsAssigned,
    TestStarted,
)
from pytest_agentorch.model.exit_status import ExitStatus
from pytest_agentorch.model.ids import AgentId, PhaseName, RunId, SlotId, TestId
from pytest_agentorch.model.outcome import Outcome
from pytest_agentorch.model.planned_test import PlannedTest
from pytest_agentorch.model.stop_reason import StopReason
from pytest_agentorch.results.run_summary import RunSummary
from pytest_agentorch.results.summary import SummaryFold

START = 1_700_000_000.0
"""When every built run begins; the builders' `at` counts from here."""

SIGSEGV = ExitStatus(returncode=-11)
SIGKILL = ExitStatus(returncode=-9)
EXIT_3 = ExitStatus(returncode=3)


def a_run(**changes: Any) -> RunStarted:
    """A run of at most two agents."""
    fields: dict[str, Any] = {
        "run": RunId("20231114T221320Z-0a1b2c3d"),
        "agents": 2,
        "asked": "2",
        "dist": "balanced",
        "rootdir": "shop",
        "at": START,
    }
    return RunStarted(**{**fields, **changes})


def planned(position: int, node_id: str = "", phase: str = "unit", **changes: Any) -> PlannedTest:
    """A row of a plan."""
    name = node_id or f"tests/test_a.py::test_{position}"
    fields: dict[str, Any] = {
        "test": TestId(position),
        "node_id": name,
        "phase": PhaseName(phase),
        "reason": "path",
        "path": name.partition("::")[0],
        "line": 10 * position,
        "keywords": (),
    }
    return PlannedTest(**{**fields, **changes})


def a_plan(*tests: PlannedTest, at: float = 1.0, **changes: Any) -> PlanMade:
    """A plan; its phases are those of its tests."""
    phases = tuple(dict.fromkeys(test.phase for test in tests))
    fields: dict[str, Any] = {"phases": phases, "deselected": 0, "collection_errors": 0}
    return PlanMade(tests=tests, at=START + at, **{**fields, **changes})


def plan_of(count: int, phase: str = "unit") -> PlanMade:
    """A plan of tests `test_0`, `test_1`, ... of one phase."""
    return a_plan(*(planned(position, phase=phase) for position in range(count)))


def connected(agent: str, at: float = 1.0, pid: int = 100) -> AgentConnected:
    """An agent is up; its slot is in its name."""
    slot = SlotId(agent.partition(".")[0])
    return AgentConnected(agent=AgentId(agent), slot=slot, pid=pid, at=START + at)


def kept(position: int, outcome: Outcome = Outcome.PASSED, **changes: Any) -> TestKept:
    """A test has its verdict from the run before."""
    fields: dict[str, Any] = {
        "run": RunId("20231113T221320Z-0a1b2c3d"),
        "failed_in": ("call",) if outcome.is_bad else (),
        "started": START - 86_400.0,
        "seconds": 1.0,
        "message": "",
        "trace": "",
        "stdout": "",
        "stderr": "",
        "vain": (),
        "flaky": False,
        "at": START + 1.0,
    }
    return TestKept(test=TestId(position), outcome=outcome, **{**fields, **changes})


def resumed(*gone: str) -> RunResumed:
    """The run finishes the run before."""
    return RunResumed(run=RunId("20231113T221320Z-0a1b2c3d"), gone=gone, at=START + 1.0)


def share(name: str, *counts: int) -> CoverageShare:
    """What a part of a run has covered; what is not given is 0."""
    fields = ("lines", "only_lines", "branches", "only_branches", "functions", "only_functions")
    return CoverageShare(name=name, **dict(zip(fields, (*counts, *[0] * 6), strict=False)))


def covered(**changes: Any) -> CoverageMeasured:
    """Two phases have covered 60 of 80 lines, on one agent."""
    fields: dict[str, Any] = {
        "percent": 70.0,
        "lines": CoverageCount(covered=60, total=80),
        "branches": CoverageCount(covered=10, total=20),
        "functions": CoverageCount(covered=8, total=12),
        "fail_under": 0.0,
        "phases": (share("e2e", 30, 10, 4, 4, 3, 1), share("unit", 40, 20, 6, 6, 7, 5)),
        "agents": (share("gw0", 50, 50, 10, 10, 8, 8),),
        "imports": share("", 10, 10),
        "gaps": (CoverageGap(file="src/a.py", lines=15), CoverageGap(file="src/b.py", lines=5)),
    }
    return CoverageMeasured(coverage=RunCoverage(**{**fields, **changes}), at=START + 9.0)


def assigned(agent: str, *positions: int, at: float = 1.5) -> TestsAssigned:
    """An agent is given tests."""
    return TestsAssigned(agent=AgentId(agent), tests=tuple(map(TestId, positions)), at=START + at)


def started(position: int, agent: str = "gw0", at: float = 2.0) -> TestStarted:
    """An agent begins a test."""
    return TestStarted(agent=AgentId(agent), test=TestId(position), at=START + at)


def finished(
    position: int,
    outcome: Outcome = Outcome.PASSED,
    agent: str = "gw0",
    at: float = 2.0,
    seconds: float = 1.0,
    **changes: Any,
) -> TestFinished:
    """A test that began at `at` has a verdict `seconds` later."""
    fields: dict[str, Any] = {
        "failures": int(outcome.is_bad),
        "started": START + at,
        "seconds": seconds,
        "message": "",
        "trace": "",
        "stdout": "",
        "stderr": "",
        "held": False,
        "at": START + at + seconds,
    }
    return TestFinished(
        agent=AgentId(agent), test=TestId(position), outcome=outcome, **{**fields, **changes}
    )


def retried(position: int, agent: str = "gw0", at: float = 2.0, **changes: Any) -> TestRetried:
    """A test has failed, and will run again."""
    failed = finished(position, Outcome.FAILED, agent, at, **changes)
    return TestRetried(failed=failed, again_at=failed.at, at=failed.at)


def ran(
    position: int,
    outcome: Outcome = Outcome.PASSED,
    agent: str = "gw0",
    at: float = 2.0,
    seconds: float = 1.0,
    **changes: Any,
) -> tuple[TestStarted, TestFinished]:
    """A test from its start to its verdict."""
    return (
        started(position, agent, at),
        finished(position, outcome, agent, at, seconds, **changes),
    )


def lost(
    agent: str,
    position: int | None = None,
    at: float = 3.0,
    status: ExitStatus = SIGSEGV,
    **changes: Any,
) -> AgentLost:
    """An agent dies, in a test or between tests."""
    fields: dict[str, Any] = {
        "slot": SlotId(agent.partition(".")[0]),
        "pid": 100,
        "output": "",
        "test": None if position is None else TestId(position),
        "ending": None,
        "queued": 0,
        "restarted": True,
    }
    return AgentLost(agent=AgentId(agent), status=status, at=START + at, **{**fields, **changes})


def given_up(
    position: int,
    agent: str | None = "gw0",
    at: float = 3.0,
    status: ExitStatus = SIGSEGV,
    attempts: int = 1,
    **changes: Any,
) -> TestGivenUp:
    """A test ends with its agent, one second after it began."""
    fields: dict[str, Any] = {"output": "", "before": (), "started": START + at - 1.0}
    return TestGivenUp(
        test=TestId(position),
        agent=None if agent is None else AgentId(agent),
        status=status,
        attempts=attempts,
        at=START + at,
        **{**fields, **changes},
    )


def not_found(position: int, at: float = 3.0) -> TestGivenUp:
    """A test that no agent has."""
    return given_up(position, None, at, ExitStatus(returncode=None), 0, started=START + at)


def poisoned(position: int) -> tuple[Event, ...]:
    """A test that kills an agent, then another one, and is given up."""
    return (
        started(position, "gw0", at=2.0),
        lost("gw0", position, at=3.0, output="Fatal Python error"),
        connected("gw0.2", at=3.25, pid=101),
        started(position, "gw0.2", at=3.5),
        lost("gw0.2", position, at=4.0, output="Fatal Python error"),
        given_up(position, "gw0.2", at=4.0, attempts=2, output="Fatal Python error"),
    )


def over(
    reason: StopReason = StopReason.FINISHED,
    at: float = 10.0,
    not_run: int = 0,
    controller_seconds: float = 0.0,
) -> RunFinished:
    """The run ends."""
    return RunFinished(
        reason=reason,
        message="",
        not_run=not_run,
        at=START + at,
        controller_seconds=controller_seconds,
    )


def summary_of(*events: Event | Iterable[Event]) -> RunSummary:
    """Fold events; a group of events may be given as one."""
    fold = SummaryFold()
    for event in events:
        for one in event if isinstance(event, tuple) else (event,):
            fold.on_event(one)
    return fold.summary()
