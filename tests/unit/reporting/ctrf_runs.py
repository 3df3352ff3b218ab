"""Runs of every kind, and their CTRF documents."""

from __future__ import annotations

import json
from typing import Any

from pytest_agentorch.model.agent_event import AgentCost
from pytest_agentorch.model.event import (
    AgentDone,
    PhaseStarted,
    ReporterFailed,
    SlotGivenUp,
    TestsAdvanced,
)
from pytest_agentorch.model.ids import AgentId, PhaseName, SlotId, TestId
from pytest_agentorch.model.outcome import Outcome
from pytest_agentorch.model.settings import Start
from pytest_agentorch.model.stop_reason import StopReason
from pytest_agentorch.reporting.ctrf import Environment, ctrf_document
from pytest_agentorch.results.recommendation import recommend
from pytest_agentorch.results.run_summary import RunSummary
from tests.unit.event_builders import (
    START,
    a_plan,
    a_run,
    connected,
    covered,
    kept,
    lost,
    not_found,
    over,
    plan_of,
    planned,
    poisoned,
    ran,
    resumed,
    retried,
    started,
    summary_of,
)

ENVIRONMENT = Environment(
    pytest_version="9.2.0",
    agentorch_version="0.1.0",
    python_version="3.13.0",
    os_platform="linux",
    branch_name="main",
)
MILLIS = 1_700_000_000_000

RERUN = (
    started(0, at=2.0),
    lost("gw0", 0, at=3.0, output="one\ntwo\n", queued=1),
    connected("gw0.2", at=3.5),
    *ran(0, agent="gw0.2", at=4.0, seconds=0.25),
)

RUNS = {
    "before anything happened": summary_of(),
    "covered": summary_of(a_run(), plan_of(1), connected("gw0"), ran(0), covered(), over()),
    "covered lines": summary_of(a_run(), plan_of(1), covered(branches=None, imports=None)),
    "advanced": summary_of(
        a_run(),
        a_plan(planned(0), planned(1, phase="e2e")),
        TestsAdvanced(
            phase=PhaseName("unit"), tests=(TestId(1),), reason="no network", at=START + 1.0
        ),
    ),
    "empty": summary_of(a_run(), a_plan(), over()),
    "forked": summary_of(a_run(), a_plan(start=Start.FORK, start_reasons=("a risk",)), over()),
    "green": summary_of(a_run(), plan_of(2), connected("gw0"), ran(0), ran(1, at=3.0), over()),
    "large": summary_of(a_run(), plan_of(1), connected("gw0"), ran(0, memory=300 << 20), over()),
    "every outcome": summary_of(
        a_run(),
        plan_of(len(Outcome) + 1),
        connected("gw0"),
        *(
            ran(n, one, message="m", trace="t", stdout="o", stderr="e")
            for n, one in enumerate(Outcome)
        ),
        over(StopReason.MAXFAIL, not_run=1),
    ),
    "crash": summary_of(
        a_run(),
        plan_of(3),
        PhaseStarted(phase=PhaseName("unit"), tests=3, agents=2, at=START + 1.0),
        connected("gw0"),
        poisoned(0),
        not_found(1),
        SlotGivenUp(slot=SlotId("gw0"), deaths=3, at=START + 5.0),
        ReporterFailed(reporter="event-log", error="OSError: full", at=START + 6.0),
        over(StopReason.NO_AGENTS, not_run=1),
    ),
    "reused": summary_of(
        a_run(), kept(0, started=None, seconds=0.0, reused=True), plan_of(1), over()
    ),
    "resumed": summary_of(
        a_run(),
        resumed("test_b.py::test_old"),
        kept(0, Outcome.FAILED, message="m"),
        plan_of(2),
        connected("gw0"),
        ran(1),
        over(),
    ),
    "flaky": summary_of(
        a_run(),
        plan_of(1),
        connected("gw0"),
        retried(0, message="m", trace="t", stdout="o", stderr="e"),
        *ran(0, at=3.0, flaky=True),
        over(),
    ),
    "rerun": summary_of(a_run(), plan_of(2), connected("gw0"), *RERUN, over()),
    "still running": summary_of(a_run(), plan_of(2), connected("gw0"), ran(0), started(1, at=4.0)),
    "interrupted": summary_of(
        a_run(),
        plan_of(3),
        connected("gw0"),
        ran(0),
        started(1, at=4.0),
        AgentDone(agent=AgentId("gw0"), at=START + 5.0),
        over(StopReason.INTERRUPTED, not_run=2),
    ),
    "measured": summary_of(
        a_run(cpus=2.0),
        plan_of(1),
        connected("gw0"),
        ran(0, seconds=3.0, cpu_seconds=1.0),
        AgentDone(
            agent=AgentId("gw0"),
            at=START + 6.0,
            cost=AgentCost(start_cpu_seconds=0.1, cpu_seconds=1.1, delay_seconds=0.2),
        ),
        over(controller_seconds=0.5),
    ),
    "interrupted after a crash": summary_of(
        a_run(), plan_of(1), started(0), lost("gw0", 0), over(StopReason.INTERRUPTED, not_run=1)
    ),
}


def document_of(summary: RunSummary, **options: Any) -> dict[str, Any]:
    """The document as a reader of the file gets it."""
    recommendations = recommend(summary)
    document = ctrf_document(summary, ENVIRONMENT, recommendations=recommendations, **options)
    loaded: dict[str, Any] = json.loads(json.dumps(document))
    return loaded


def rows_of(name: str) -> list[dict[str, Any]]:
    """The tests of the document of a run."""
    tests: list[dict[str, Any]] = document_of(RUNS[name])["results"]["tests"]
    return tests
