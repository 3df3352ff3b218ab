"""Why a run has ended."""

from __future__ import annotations

from pytest_agentorch.model import event as ev
from pytest_agentorch.model.ids import PhaseName
from pytest_agentorch.model.stop_reason import StopReason
from tests.unit.orchestration.plans import planned, some_tests
from tests.unit.orchestration.short import Run, running


def one_test(**policy: object) -> Run:
    """A run of one test on one agent."""
    return running(planned(some_tests(1), agents=1), **policy)


def end_of(run: Run) -> ev.RunFinished:
    """How it has ended."""
    (event,) = (event for event in run.said if isinstance(event, ev.RunFinished))
    return event


def test_every_test_has_its_verdict() -> None:
    """Nothing more is to be said."""
    run = one_test()
    run.runs("gw0", 0)
    run.leaves("gw0")
    assert (end_of(run).reason, end_of(run).message) == (StopReason.FINISHED, "")


def test_somebody_wanted_it() -> None:
    """Whatever else is true, too."""
    run = one_test(phase_limits={PhaseName("unit"): 1.0})
    run.time(60.0)
    run.stop(StopReason.REQUESTED)
    run.returned("gw0", 0)
    run.leaves("gw0")
    assert (end_of(run).reason, end_of(run).message) == (StopReason.REQUESTED, "enough")


def test_a_phase_had_its_time_with_tests_left() -> None:
    """It is named."""
    run = one_test(phase_limits={PhaseName("unit"): 1.0})
    run.time(60.0)
    run.returned("gw0", 0)
    run.leaves("gw0")
    assert end_of(run).reason is StopReason.TIMED_OUT
    assert end_of(run).message.startswith("unit: out of time, 1 tests")


def test_no_agent_is_left() -> None:
    """Three died in a row."""
    run = one_test()
    for agent in ("gw0", "gw0.2", "gw0.3"):
        run.dies(agent)
    assert end_of(run).reason is StopReason.NO_AGENTS
    assert end_of(run).message == "no agent is left: 1 tests have not run"
