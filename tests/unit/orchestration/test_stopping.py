"""The run is to end: no other test starts, and nothing is waited for that does not have to be."""

from __future__ import annotations

import pytest

from pytest_agentorch.model import event as ev
from pytest_agentorch.model.stop_reason import StopReason
from pytest_agentorch.orchestration import command as do
from tests.unit.orchestration.plans import planned, some_tests
from tests.unit.orchestration.short import (
    Run,
    end,
    finish,
    interrupt,
    kill,
    running,
    take_back,
)


def test_queued_tests_are_taken_back_and_running_ones_end() -> None:
    """`-x`: the agent of the failure goes, the other one finishes its test and goes."""
    run = running(planned(some_tests(8)), "gw0", "gw1", stop_after=1)
    run.started("gw0", 0)
    run.started("gw1", 2)
    commands = run.finished("gw0", 0, failures=1, held=True)
    assert commands == [take_back("gw0", 1, 4), take_back("gw1", 3, 5)]
    assert run.slugs == ["TestFinished", "StopRequested"]
    assert run.returned("gw0", 1, 4) == [finish("gw0")]
    assert run.returned("gw1", 3, 5) == []
    assert run.leaves("gw0") == []
    assert run.finished("gw1", 2) == [finish("gw1")]
    assert run.leaves("gw1") == [end(StopReason.MAXFAIL, "stopping after 1 failures")]
    assert run.find(ev.RunFinished) == ev.RunFinished(
        reason=StopReason.MAXFAIL,
        message="stopping after 1 failures",
        not_run=6,
        at=run.said[-1].at,
    )


def test_a_test_that_had_started_when_it_was_asked_back_counts() -> None:
    """It was faster than the word to stop."""
    run = running(planned(some_tests(2), agents=1))
    run.started("gw0", 0)
    assert run.stop() == [take_back("gw0", 1)]
    run.finished("gw0", 0)
    run.started("gw0", 1)
    assert run.returned("gw0") == []
    assert run.finished("gw0", 1) == [finish("gw0")]
    assert run.leaves("gw0") == [end(StopReason.REQUESTED, "enough")]
    assert run.verdicts == {0, 1}


def test_agents_that_are_not_ready_are_not_waited_for() -> None:
    """They have nothing that would be lost; it is no incident that they end."""
    run = Run(planned(some_tests(40), agents=3))
    run.joins("gw0")
    run.connected("gw1")
    run.started("gw0", 0)
    assert run.stop() == [take_back("gw0", 1, 2), kill("gw1"), kill("gw2")]
    assert run.exits("gw1", -9) == []
    assert run.slugs == ["AgentExited"]


def test_an_agent_that_comes_up_after_it_was_to_be_killed_is_killed_then() -> None:
    """There was no process yet."""
    run = Run(planned(some_tests(40)))
    run.joins("gw0")
    run.stop()
    assert run.connected("gw1") == [kill("gw1")]
    assert run.ready("gw1") == []
    assert run.done("gw1") == []
    assert run.exits("gw1", -9) == []


def test_an_idle_agent_is_let_go() -> None:
    """It waited for tests of a later phase, or for nothing."""
    run = running(planned(some_tests(8)), "gw0", "gw1")
    run.started("gw0", 0)
    assert run.stop() == [take_back("gw0", 1, 4), take_back("gw1", 2, 3)]
    assert run.returned("gw1", 2, 3) == [finish("gw1")]


def test_a_suspect_that_has_not_started_is_taken_back() -> None:
    """Its agent is let go like any other."""
    run = running(planned(some_tests(3), agents=1))
    run.started("gw0", 0)
    run.dies("gw0")
    run.joins("gw0.2")
    assert run.stop() == [take_back("gw0.2", 0)]
    assert run.returned("gw0.2", 0) == [finish("gw0.2")]
    assert run.leaves("gw0.2") == [end(StopReason.REQUESTED, "enough")]


def test_an_agent_that_dies_while_the_run_stops_is_not_replaced() -> None:
    """Its running test fails: there will be no other attempt."""
    run = running(planned(some_tests(8)), "gw0", "gw1")
    run.started("gw0", 0)
    run.stop()
    assert run.dies("gw0") == []
    assert run.slugs == ["AgentExited", "AgentLost", "TestGivenUp"]
    lost = run.find(ev.AgentLost)
    assert isinstance(lost, ev.AgentLost)
    assert (lost.test, lost.queued, lost.restarted) == (0, 2, False)


def test_an_interrupt_interrupts_running_tests_and_sets_a_deadline() -> None:
    """Ctrl-C: agents inside a test are interrupted, the others finish."""
    run = running(planned(some_tests(8)), "gw0", "gw1")
    run.started("gw0", 0)
    at = run.now() + 1
    assert run.interrupt() == [
        take_back("gw0", 1, 4),
        take_back("gw1", 2, 3),
        interrupt("gw0"),
        do.WakeAt(at=at + 10.0),
    ]
    assert run.returned("gw1", 2, 3) == [finish("gw1")]
    run.returned("gw0", 1, 4)
    assert run.leaves("gw0") == []
    assert run.leaves("gw1") == [end(StopReason.INTERRUPTED, "enough")]
    assert run.find(ev.RunFinished).not_run == 8  # type: ignore[union-attr]


def test_an_agent_that_dies_of_the_interrupt_is_no_incident() -> None:
    """The user wanted it to end."""
    run = running(planned(some_tests(2), agents=1))
    run.started("gw0", 0)
    run.interrupt()
    assert run.dies("gw0") == [end(StopReason.INTERRUPTED, "enough")]
    assert run.slugs == ["AgentExited", "PhaseFinished", "RunFinished"]


def test_a_test_that_starts_before_its_agent_hears_of_it_is_interrupted_too() -> None:
    """It was started and not yet told when the interrupt came."""
    run = running(planned(some_tests(2), agents=1))
    run.interrupt()
    assert run.started("gw0", 0) == [interrupt("gw0")]


def test_what_is_left_after_the_grace_is_killed() -> None:
    """Tests that do not heed an interrupt."""
    run = running(planned(some_tests(2), agents=1), grace_seconds=5.0)
    run.started("gw0", 0)
    deadline = run.interrupt()[-1]
    assert isinstance(deadline, do.WakeAt)
    assert run.time(deadline.at - 0.1) == []
    assert run.time(deadline.at) == [kill("gw0")]
    assert run.time(deadline.at + 1) == []
    assert run.exits("gw0", -9) == [end(StopReason.INTERRUPTED, "enough")]


def test_time_that_passes_without_a_deadline_means_nothing() -> None:
    """Nobody asked for it."""
    run = running(planned(some_tests(2)))
    assert run.time(99.0) == []


def test_a_second_interrupt_kills_at_once() -> None:
    """Whatever they are doing."""
    run = running(planned(some_tests(8)), "gw0", "gw1")
    run.started("gw0", 0)
    run.interrupt()
    assert run.interrupt() == [kill("gw0"), kill("gw1")]
    assert run.interrupt() == [kill("gw0"), kill("gw1")]
    run.exits("gw0", -9)
    assert run.exits("gw1", -9) == [end(StopReason.INTERRUPTED, "enough")]


def test_what_an_interrupted_agent_says_is_no_second_interrupt() -> None:
    """Each of them reports a KeyboardInterrupt: their fixtures are still to be torn down."""
    run = running(planned(some_tests(8)), "gw0", "gw1")
    run.started("gw0", 0)
    run.started("gw1", 2)
    run.interrupt()
    assert run.stop(StopReason.INTERRUPTED, agent="gw0") == []
    assert run.stop(StopReason.INTERRUPTED, agent="gw1") == []
    assert run.stop(StopReason.REQUESTED, agent="gw1") == []


def test_an_agent_is_interrupted_once() -> None:
    """Not again when it tells late that it had gone on to the next test: it tears down by now."""
    run = running(planned(some_tests(8)), "gw0", "gw1")
    run.started("gw0", 0)
    assert run.interrupt().count(interrupt("gw0")) == 1
    run.finished("gw0", 0)
    assert run.started("gw0", 1) == []


def test_an_interrupt_overtakes_a_gentler_stop() -> None:
    """The most severe reason is the one that the run ends with."""
    run = running(planned(some_tests(4), agents=1))
    run.started("gw0", 0)
    assert run.stop(StopReason.MAXFAIL) == [take_back("gw0", 1, 2)]
    assert [type(command) for command in run.interrupt()] == [do.InterruptAgent, do.WakeAt]
    run.stop(StopReason.REQUESTED)
    assert run.done("gw0") == []
    assert run.exits("gw0") == [end(StopReason.INTERRUPTED, "enough")]


def test_an_agent_that_has_said_goodbye_is_killed_if_it_stays() -> None:
    """Threads of tests can keep a process from exiting."""
    run = running(planned(some_tests(1)))
    run.runs("gw0", 0)
    run.done("gw0")
    run.interrupt()
    assert run.interrupt() == [kill("gw0")]
    assert run.exits("gw0", -9) == [end(StopReason.INTERRUPTED, "enough")]


@pytest.mark.parametrize("reason", [StopReason.REQUESTED, StopReason.INTERRUPTED])
def test_a_stop_before_anything_has_begun(reason: StopReason) -> None:
    """Nothing starts, and the run still ends."""
    run = Run(planned(some_tests(2)))
    commands = run.stop(reason)
    assert kill("gw0") in commands
    assert kill("gw1") in commands
    run.exits("gw0", -9)
    assert run.exits("gw1", -9) == [end(reason, "enough")]


def test_a_failure_below_the_limit_stops_nothing() -> None:
    """`--maxfail=3`: subtests count each."""
    run = running(planned(some_tests(4), agents=1), stop_after=3)
    run.started("gw0", 0)
    run.finished("gw0", 0, failures=2)
    assert not run.orchestrator.stopping
    run.started("gw0", 1)
    assert run.finished("gw0", 1, failures=1) == [take_back("gw0", 2)]
    assert run.orchestrator.stopping


def test_an_agent_that_quits_while_the_run_stops_is_not_replaced() -> None:
    """It had ended its session before the stop."""
    run = running(planned(some_tests(9)), "gw0", "gw1")
    run.done("gw0")
    assert run.stop() == [take_back("gw1", 2, 3)]
    assert run.exits("gw0") == []
    assert run.slugs == ["AgentExited", "AgentLost"]
