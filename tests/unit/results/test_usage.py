"""How the time was used."""

from __future__ import annotations

import pytest

from pytest_agentorch.model.event import Event
from pytest_agentorch.results.usage import Usage, usage_of, work_by_agent
from tests.unit.event_builders import START, lost, not_found, plan_of, ran, started, summary_of

NOW = START + 20.0


def usage(*events: Event, tests: int = 2) -> Usage:
    """The usage of a plan's tests."""
    return usage_of(summary_of(plan_of(tests), *events).tests, now=NOW)


def test_no_test_is_no_use() -> None:
    """And no division by zero."""
    nothing = usage()
    assert (nothing.wall_seconds, nothing.efficiency, nothing.limit_seconds) == (0.0, 0.0, 0.0)


def test_two_agents_that_never_wait_are_fully_used() -> None:
    """Wall is from the first start to the last end."""
    both = usage(*ran(0, at=2.0, seconds=3.0), *ran(1, agent="gw1", at=2.0, seconds=3.0))
    assert (both.busy_seconds, both.wall_seconds, both.efficiency) == (6.0, 3.0, 1.0)
    assert both.slots == {"gw0", "gw1"}


def test_an_agent_that_waits_lowers_the_efficiency() -> None:
    """Here the second agent works for one of three seconds."""
    both = usage(*ran(0, at=2.0, seconds=3.0), *ran(1, agent="gw1", at=2.0, seconds=1.0))
    assert both.efficiency == pytest.approx(4 / 6)


def test_a_lost_attempt_is_busy_time_in_its_slot() -> None:
    """The agent worked, if in vain."""
    one = usage(started(0, at=2.0), lost("gw0", 0, at=3.0), *ran(0, agent="gw0.2", at=4.0))
    assert (one.busy_seconds, one.wall_seconds, list(one.slots)) == (2.0, 3.0, ["gw0"])


def test_a_running_test_counts_for_the_wall_until_now() -> None:
    """It is not busy time yet."""
    running = usage(started(0, at=10.0))
    assert (running.busy_seconds, running.wall_seconds) == (0.0, 10.0)


def test_a_test_that_was_not_found_used_nothing() -> None:
    """It never ran."""
    assert usage(not_found(0)).slots == frozenset()


def test_the_limit_is_the_longest_test_or_the_shared_out_work() -> None:
    """Whatever is longer."""
    even = usage(*ran(0, seconds=3.0), *ran(1, agent="gw1", seconds=3.0))
    skewed = usage(*ran(0, seconds=5.0), *ran(1, agent="gw1", seconds=1.0))
    assert (even.limit_seconds, skewed.limit_seconds) == (3.0, 5.0)


def test_verdicts_and_time_belong_to_the_process_that_gave_and_spent_them() -> None:
    """A replacement has its own account."""
    tests = summary_of(
        plan_of(2),
        ran(1, at=1.0),
        started(0, at=2.0),
        lost("gw0", 0, at=2.5),
        ran(0, agent="gw0.2", at=4.0, seconds=0.25),
    ).tests
    work = work_by_agent(tests)
    first, second = work[next(iter(work))], work[list(work)[-1]]
    assert {agent: len(one.outcomes) for agent, one in work.items()} == {"gw0": 1, "gw0.2": 1}
    assert {first.busy_seconds, second.busy_seconds} == {1.5, 0.25}
