"""Phases that are over, skipped, and begun."""

from __future__ import annotations

from pytest_agentorch.model import event as ev
from pytest_agentorch.model.ids import PhaseName, TestId
from pytest_agentorch.model.settings import Gate
from pytest_agentorch.model.stop_reason import StopReason
from pytest_agentorch.orchestration.plan import Plan, build_plan
from tests.unit.orchestration.plans import a_phase, a_test, planned
from tests.unit.orchestration.short import Run, assign, finish, running
from tests.unit.settings_builder import some_settings

UNIT, INTEGRATION, E2E = PhaseName("unit"), PhaseName("integration"), PhaseName("e2e")
PHASES = (
    a_phase(),
    a_phase("integration", "unit", gate=Gate.STOP),
    a_phase("e2e", "integration", gate=Gate.STOP),
    a_phase("report", "e2e"),
)
TESTS = [a_test(n, phase.name, named=True) for n, phase in enumerate(PHASES)]


def gated() -> Plan:
    """Four phases of one test each, one behind the other; two have a gate."""
    return planned(TESTS, *PHASES, agents=1)


def skipped(run: Run) -> list[tuple[str, str]]:
    """The phases that are skipped now, and why."""
    return [(e.phase, e.reason) for e in run.said if isinstance(e, ev.PhaseSkipped)]


def end_of(run: Run) -> ev.RunFinished:
    """How the run has ended."""
    (event,) = (event for event in run.said if isinstance(event, ev.RunFinished))
    return event


def test_a_closed_gate_skips_a_phase_and_those_with_a_gate_behind_it() -> None:
    """What has no gate runs. The run is finished then: nothing could not run."""
    run = running(gated())
    run.started("gw0", 0)
    assert assign("gw0", 3) in run.finished("gw0", 0, failures=1)
    assert skipped(run) == [
        ("integration", "unit has 1 failure"),
        ("e2e", "unit has 1 failure, integration did not run"),
    ]
    assert run.slugs[1:] == ["PhaseFinished", "PhaseSkipped", "PhaseSkipped", "PhaseStarted"]
    assert finish("gw0") in run.runs("gw0", 3)
    run.leaves("gw0")
    end = end_of(run)
    assert (end.reason, end.not_run, run.verdicts) == (StopReason.FINISHED, 2, {0, 3})


def test_an_open_gate_is_passed() -> None:
    """All have succeeded."""
    run = running(gated())
    run.runs("gw0", 0, 1, 2, 3)
    assert run.verdicts == {0, 1, 2, 3}


def test_a_failure_that_is_retried_closes_nothing_yet() -> None:
    """The verdict decides: the phase is not over before."""
    run = running(gated(), retries=1)
    run.started("gw0", 0)
    assert assign("gw0", 0).tests == (0,)
    run.finished("gw0", 0, failures=1)
    assert "PhaseFinished" not in run.slugs
    run.started("gw0", 0)
    run.finished("gw0", 0)
    assert skipped(run) == []
    assert "PhaseStarted" in run.slugs


def test_a_test_that_was_given_up_has_failed() -> None:
    """It costs two agents; then the gate is closed."""
    run = running(gated())
    for agent in ("gw0", "gw0.2"):
        run.started(agent, 0)
        run.dies(agent)
        if agent == "gw0":
            run.joins("gw0.2")
    assert skipped(run)[0] == ("integration", "unit has 1 failure")


def test_a_run_that_is_resumed_keeps_its_gates_closed() -> None:
    """The failure is one of the earlier run; no test of its phase is left."""
    kept = {TestId(0): True, TestId(3): False}
    plan = build_plan(TESTS, some_settings(phases=PHASES, agents=1), kept=kept)
    assert plan.kept_failures == {UNIT: 1}
    run = Run(plan)
    assert skipped(run)[0] == ("integration", "unit has 1 failure")
    run.joins("gw0")
    run.leaves("gw0")
    assert (end_of(run).reason, end_of(run).not_run) == (StopReason.FINISHED, 2)


def test_a_run_that_stops_skips_nothing() -> None:
    """`-x`: what has not run is told by the reason of the run."""
    run = running(gated(), stop_after=1)
    run.started("gw0", 0)
    run.finished("gw0", 0, failures=1)
    run.leaves("gw0")
    assert end_of(run).reason is StopReason.MAXFAIL
    assert skipped(run) == []
