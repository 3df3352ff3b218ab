"""Phases that have had their time."""

from __future__ import annotations

from pytest_agentorch.model import event as ev
from pytest_agentorch.model.ids import AgentId, PhaseName, TestId
from pytest_agentorch.model.stop_reason import StopReason
from pytest_agentorch.orchestration import command as do
from tests.unit.orchestration.plans import a_history, a_phase, a_test, planned, some_tests
from tests.unit.orchestration.short import Run, assign, finish, running, take_back

UNIT = PhaseName("unit")


def limited(tests: int, **policy: object) -> Run:
    """A run on one agent whose only phase may take ten seconds."""
    plan = planned(some_tests(tests), agents=1)
    return running(plan, phase_limits={UNIT: 10.0}, overdue=0.0, **policy)


def end_of(run: Run) -> ev.RunFinished:
    """How the run has ended."""
    (event,) = (event for event in run.said if isinstance(event, ev.RunFinished))
    return event


def stopped(run: Run) -> ev.PhaseTimedOut:
    """The phase that was stopped now."""
    (event,) = (event for event in run.said if isinstance(event, ev.PhaseTimedOut))
    return event


def test_what_runs_is_asked_to_end_and_the_rest_does_not_begin() -> None:
    """The run tells that by its reason."""
    run = limited(200)
    run.started("gw0", 0)
    queued = [*run.orchestrator._schedule.hands[AgentId("gw0")].queued]
    message = "Timeout: phase unit has had its 10 s"
    assert run.time(60.0)[:2] == [
        take_back("gw0", *queued),
        do.EndTest(agent=AgentId("gw0"), test=TestId(0), message=message),
    ]
    assert stopped(run).dropped == 199 - len(queued)
    run.returned("gw0", *queued)
    assert finish("gw0") in run.finished("gw0", 0, failures=1)
    run.leaves("gw0")
    assert (end_of(run).reason, end_of(run).not_run) == (StopReason.TIMED_OUT, 199)
    assert "[phase-timed-out]" in end_of(run).message


def test_a_test_that_does_not_end_loses_its_agent() -> None:
    """As with a time-out of its own; it fails and is not run again."""
    run = limited(1, grace_seconds=5.0)
    run.started("gw0", 0)
    run.time(60.0)
    assert do.TerminateAgent(agent=AgentId("gw0")) in run.time(65.0)
    run.dies("gw0")
    assert run.verdicts == {0}
    assert end_of(run).reason is StopReason.FINISHED


def test_an_agent_that_is_lost_later_gets_no_other_chance() -> None:
    """Its test has a verdict; retries are none either."""
    run = limited(1, retries=3)
    run.started("gw0", 0)
    run.time(60.0)
    run.finished("gw0", 0, failures=1)
    assert run.verdicts == {0}


def test_in_time_nothing_happens() -> None:
    """And nothing once it is over."""
    run = limited(1)
    assert do.WakeAt(at=10.0) in run.first
    run.runs("gw0", 0)
    assert run.time(60.0) == []


def test_other_phases_go_on() -> None:
    """Those after it begin."""
    tests = [a_test(0, named=True), a_test(1, "e2e", named=True)]
    phases = a_phase(), a_phase("e2e", "unit")
    run = running(planned(tests, *phases, agents=1), phase_limits={UNIT: 10.0})
    assert run.time(60.0)[0] == take_back("gw0", 0)
    assert assign("gw0", 1) in run.returned("gw0", 0)
    run.runs("gw0", 1)
    run.leaves("gw0")
    assert run.verdicts == {1}
    assert end_of(run).not_run == 1


def test_a_suspect_that_runs_is_asked_to_end() -> None:
    """It is in a hand: only what waits is dropped, and what waits for it."""
    tests = [a_test(number, path="test_a.py", unit="fixture", whole=True) for number in range(2)]
    run = running(planned(tests, agents=1), phase_limits={UNIT: 20.0})
    run.started("gw0", 0)
    run.dies("gw0")
    run.joins("gw0.2")
    run.started("gw0.2", 0)
    assert do.EndTest in map(type, run.time(60.0))
    assert stopped(run).dropped == 1
    run.finished("gw0.2", 0, failures=1)
    run.leaves("gw0.2")
    assert (run.verdicts, end_of(run).not_run) == ({0}, 1)


def test_units_of_other_phases_stay_where_they_are() -> None:
    """What must stay together is not let go of in the middle."""
    tests = [a_test(0, named=True), *(a_test(n, "e2e", group="g", named=True) for n in (1, 2, 3))]
    phases = a_phase(max_agents=1), a_phase("e2e")
    plan = planned(tests, *phases, agents=2, history=a_history(tests, 5.0, 5.0, 5.0, 5.0))
    run = running(plan, "gw0", "gw1", phase_limits={UNIT: 20.0})
    run.started("gw0", 0)
    run.started("gw1", 1)
    hand = run.orchestrator._schedule.hands[AgentId("gw1")]
    held = [*hand.claimed]
    run.time(60.0)
    assert stopped(run).dropped == 0
    assert [*hand.claimed] == held != []
