"""What is told and done about a test that takes long."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_agentorch.model import event as ev
from pytest_agentorch.model.ids import AgentId, PhaseName, TestId
from pytest_agentorch.orchestration import command as do
from tests.unit.orchestration.plans import planned, some_tests
from tests.unit.orchestration.short import Run, assign, end, running

GW0, ZERO = AgentId("gw0"), TestId(0)
LIMITS: dict[str, Any] = {"timeout": 10.0, "overdue": 4.0, "grace_seconds": 2.0}
SHOW = do.ShowStacks(agent=GW0, test=ZERO)
END = do.EndTest(agent=GW0, test=ZERO, message="Timeout (>10 s)")


def hanging(**policy: Any) -> tuple[Run, float]:
    """A run of two tests whose first one has started, and when."""
    run = running(planned(some_tests(2), agents=1), **{**LIMITS, **policy})
    run.started("gw0", 0)
    begun = run.find(ev.TestStarted)
    return run, begun.at


def wishes(commands: list[do.Command]) -> list[do.Command]:
    """What is wanted of agents: to be woken later, in case that one hangs, is no matter here."""
    return [command for command in commands if not isinstance(command, do.WakeAt)]


def test_an_overdue_test_is_told_of_and_goes_on() -> None:
    """With what its threads are doing; once."""
    run, begun = hanging()
    assert run.time(begun + 3.9) == []
    assert run.time(begun + 4.0) == [SHOW, do.WakeAt(at=begun + 10.0)]
    assert run.find(ev.TestOverdue) == ev.TestOverdue(
        agent=GW0, test=ZERO, seconds=4.0, timeout=10.0, at=begun + 4.0
    )
    assert run.time(begun + 9.9) == []
    run.pause = 0.01
    assert wishes(run.finished("gw0", 0)) == []
    assert wishes(run.time(begun + 20.0)) == []
    assert run.slugs == []


def test_a_test_that_ends_when_it_is_asked_to_costs_nothing_else() -> None:
    """It has failed; its agent runs the next one."""
    run, begun = hanging(overdue=0.0)
    assert run.time(begun + 10.0) == [END, do.WakeAt(at=begun + 12.0)]
    assert run.slugs == ["TestTimedOut"]
    run.pause = 0.5
    run.finished("gw0", 0, failures=1)
    assert wishes(run.time(begun + 12.0)) == []
    run.started("gw0", 1)
    assert run.verdicts == {0}


def test_a_test_that_does_not_end_loses_its_agent_and_fails() -> None:
    """It is not run again, and what waited behind it is."""
    run, begun = hanging(overdue=0.0)
    run.time(begun + 10.0)
    assert run.time(begun + 12.0) == [do.TerminateAgent(agent=GW0)]
    # What it says now is too late.
    run.pause = 0.1
    assert run.finished("gw0", 0) == []
    assert run.slugs == []
    commands = run.exits("gw0", -9)
    given_up = run.find(ev.TestGivenUp)
    assert isinstance(given_up, ev.TestGivenUp)
    assert (given_up.timed_out, given_up.attempts, given_up.slug) == (True, 1, "test-timed-out")
    assert str(given_up.status) == "its test timed out after 10 s"
    assert wishes(commands) == [do.StartAgent(agent=AgentId("gw0.2"), slot=given_up_slot(run))]
    assert wishes(run.joins("gw0.2")) == [assign("gw0.2", 1)]
    run.runs("gw0.2", 1)
    run.done("gw0.2")
    assert run.exits("gw0.2") == [end()]


def given_up_slot(run: Run) -> Any:
    """The slot of the agent that was lost."""
    lost = run.find(ev.AgentLost)
    assert isinstance(lost, ev.AgentLost)
    return lost.slot


def test_to_wait_in_a_queue_costs_no_time() -> None:
    """Only what has started is late."""
    run, begun = hanging(overdue=0.0)
    run.pause = 9.0
    run.finished("gw0", 0)
    assert wishes(run.time(begun + 10.0)) == []
    run.started("gw0", 1)
    assert wishes(run.time(begun + 28.5)) == []
    assert run.time(begun + 29.0)[0] == do.EndTest(
        agent=GW0, test=TestId(1), message="Timeout (>10 s)"
    )


@pytest.mark.parametrize(
    ("policy", "own", "wanted"),
    [
        ({"timeout": 10.0}, None, 10.0),
        ({"timeout": 10.0}, 3.0, 3.0),
        ({"timeout": 0.0}, 3.0, 3.0),
        ({"timeout": 10.0, "phase_timeouts": {PhaseName("unit"): 5.0}}, None, 5.0),
        ({"timeout": 10.0, "phase_timeouts": {PhaseName("e2e"): 5.0}}, None, 10.0),
        ({"timeout": 10.0, "phase_timeouts": {PhaseName("unit"): 5.0}}, 7.0, 7.0),
        ({"timeout": 10.0, "phase_timeouts": {PhaseName("unit"): 0.0}}, None, None),
        ({"timeout": 10.0}, 0.0, None),
        ({"timeout": 0.0}, None, None),
    ],
)
def test_the_closest_limit_counts(
    policy: dict[str, Any], own: float | None, wanted: float | None
) -> None:
    """The test's own, that of its phase, that of the run; 0 is none."""
    run = running(planned(some_tests(1, timeout=own), agents=1), **policy)
    commands = run.started("gw0", 0)
    begun = run.find(ev.TestStarted).at
    assert commands == ([] if wanted is None else [do.WakeAt(at=begun + wanted)])


def ending() -> tuple[Run, float]:
    """A run whose only agent has been told to end its session, and when."""
    run = running(planned(some_tests(1), agents=1), **{**LIMITS, "overdue": 0.0})
    run.runs("gw0", 0)
    return run, run.now() - run.pause


def test_a_session_that_does_not_end_loses_its_agent() -> None:
    """It has as long as a test."""
    run, told = ending()
    assert wishes(run.time(told + 9.9)) == []
    assert do.TerminateAgent(agent=GW0) in run.time(told + 10.0)


def test_a_session_whose_end_is_looked_at_too_late_has_a_grace() -> None:
    """The controller was stopped itself (Ctrl-Z): the end may have been told meanwhile."""
    run, told = ending()
    assert run.time(told + 500.0) == [do.WakeAt(at=told + 502.0)]
    assert do.TerminateAgent(agent=GW0) in run.time(told + 502.0)


def test_what_an_agent_has_left_behind_is_not_late() -> None:
    """It has ended its session in the middle of a test, since the run stops."""
    run, begun = hanging()
    run.stop()
    run.returned("gw0", 1)
    run.done("gw0")
    for at in (begun + 4.0, begun + 10.0, begun + 12.0):
        assert run.time(at) == []
        assert run.slugs == []
