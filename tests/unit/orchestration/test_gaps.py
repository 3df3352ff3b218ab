"""What an agent does between two tests, and not for ever."""

from __future__ import annotations

import pytest

from pytest_agentorch.model import event as ev
from pytest_agentorch.model.ids import AgentId
from pytest_agentorch.orchestration import command as do
from pytest_agentorch.orchestration.gaps import LEAST_SECONDS, LEAST_SECONDS_TO_COME
from tests.unit.orchestration.plans import planned, some_tests
from tests.unit.orchestration.short import Run, assign, end, running

TERMINATE = do.TerminateAgent(agent=AgentId("gw0"))


def between_tests(timeout: float) -> Run:
    """A run of three tests on one agent that has run the first one, and has the second one."""
    run = running(planned(some_tests(3), agents=1), timeout=timeout)
    run.runs("gw0", 0)
    run.pause = 0.01
    return run


@pytest.mark.parametrize(("timeout", "limit"), [(100.0, 100.0), (2.0, LEAST_SECONDS)])
def test_an_agent_that_does_not_begin_its_next_test_is_replaced(
    timeout: float, limit: float
) -> None:
    """After the time of a test, a minute at least; nobody is blamed, and another one runs them."""
    run = between_tests(timeout)
    since = run.now() - run.pause
    assert TERMINATE not in run.time(since + limit - 0.1)
    assert TERMINATE in run.time(since + limit)
    # Too late.
    assert run.started("gw0", 1) == []
    commands = run.exits("gw0", -9)
    lost = run.find(ev.AgentLost)
    assert isinstance(lost, ev.AgentLost)
    assert (lost.test, str(lost.status)) == (None, f"it did not begin a test in {limit:g} s")
    assert commands[0] == do.StartAgent(agent=AgentId("gw0.2"), slot=lost.slot)
    assert run.joins("gw0.2")[0] == assign("gw0.2", 1)
    run.runs("gw0.2", 1, 2)
    run.done("gw0.2")
    assert run.exits("gw0.2") == [end()]


def test_who_looks_too_late_waits_a_little_longer() -> None:
    """The controller was stopped itself (Ctrl-Z): what it waits for may have been told."""
    run = between_tests(100.0)
    at = run.now() + 500.0
    assert run.time(at) == [do.WakeAt(at=at + 10.0)]
    assert TERMINATE in run.time(at + 10.0)


def test_each_test_that_begins_is_a_sign_of_life() -> None:
    """What counts is one gap, not all of them."""
    run = between_tests(100.0)
    run.pause = 90.0
    run.runs("gw0", 1)
    run.pause = 0.01
    assert TERMINATE not in run.time(run.now() + 50.0)


def test_a_test_that_has_begun_is_no_gap() -> None:
    """It may take as long as it likes, if it has no limit of its own."""
    run = running(planned(some_tests(2, timeout=0.0), agents=1), timeout=100.0)
    run.started("gw0", 0)
    assert TERMINATE not in run.time(1_000_000.0)


def test_without_a_time_out_a_gap_has_no_limit() -> None:
    """As long as it likes."""
    assert between_tests(0.0).time(1_000_000.0) == []


def test_an_agent_that_does_not_get_ready_is_replaced() -> None:
    """Whoever waits for it, a suspect for one, waits for the next one then."""
    run = running(planned(some_tests(2), agents=1), timeout=2.0)
    run.started("gw0", 0)
    run.dies("gw0")
    run.connected("gw0.2")
    since = run.now() - run.pause
    replaced = do.TerminateAgent(agent=AgentId("gw0.2"))
    assert replaced not in run.time(since + LEAST_SECONDS_TO_COME - 0.1)
    assert replaced in run.time(since + LEAST_SECONDS_TO_COME)
    run.exits("gw0.2", -9)
    assert run.joins("gw0.3")[0] == assign("gw0.3", 0)
