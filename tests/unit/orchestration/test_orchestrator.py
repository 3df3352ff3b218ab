"""The whole of it: what is told, what follows."""

from __future__ import annotations

import pytest

from pytest_agentorch.model import event as ev
from pytest_agentorch.model.errors import InvalidTransitionError
from pytest_agentorch.model.stop_reason import StopReason
from pytest_agentorch.orchestration.orchestrator import Orchestrator, Policy
from tests.unit.orchestration.plans import a_test, planned, some_tests
from tests.unit.orchestration.short import (
    Run,
    assign,
    end,
    finish,
    release,
    running,
    start,
    take_back,
)


def test_a_whole_run_of_two_agents() -> None:
    """They share the tests, finish when nothing is left, and the run ends with the last process."""
    run = Run(planned(some_tests(5)))
    assert run.first == start("gw1")
    assert run.slugs == ["PlanMade", "PhaseStarted"]
    assert run.joins("gw0") == [assign("gw0", 0, 1)]
    assert run.joins("gw1") == [assign("gw1", 2, 3)]
    assert run.started("gw0", 0) == [assign("gw0", 4)]
    assert run.started("gw1", 2) == []
    assert run.finished("gw0", 0) == []
    assert run.runs("gw0", 1) == []
    assert run.started("gw0", 4) == []
    assert run.finished("gw1", 2) == []
    assert run.started("gw1", 3) == []
    assert run.finished("gw0", 4) == [finish("gw0")]
    assert run.finished("gw1", 3) == [finish("gw1")]
    assert run.slugs == ["TestFinished", "PhaseFinished"]
    assert run.leaves("gw1") == []
    assert run.leaves("gw0") == [end()]
    assert run.slugs == ["AgentExited", "RunFinished"]
    assert run.find(ev.RunFinished) == ev.RunFinished(
        reason=StopReason.FINISHED, message="", not_run=0, at=run.said[-1].at
    )
    assert run.orchestrator.ended


def test_a_held_agent_is_released_if_the_run_goes_on() -> None:
    """A failure below the limit: it had waited for a word."""
    run = running(planned(some_tests(3), agents=1), stop_after=2)
    run.started("gw0", 0)
    assert run.finished("gw0", 0, failures=1, held=True) == [release("gw0")]
    assert not run.orchestrator.stopping


def test_queues_grow_while_tests_are_short_and_shrink_when_they_are_long() -> None:
    """About a tenth of a second of work is ahead."""
    run = running(planned(some_tests(200), agents=1))
    run.started("gw0", 0)
    assert run.finished("gw0", 0, seconds=0.01) == [assign("gw0", *range(3, 11))]
    run.started("gw0", 1)
    assert run.finished("gw0", 1, seconds=30.0) == []
    assert run.runs("gw0", *range(2, 10)) == []
    assert run.started("gw0", 10) == [assign("gw0", 11)]


def test_an_idle_agent_gets_what_another_has_not_started() -> None:
    """A test behind a long one does not wait for it."""
    run = running(planned(some_tests(4)), "gw0", "gw1")
    run.started("gw0", 0)
    assert run.runs("gw1", 2, 3) == [take_back("gw0", 1)]
    assert run.returned("gw0", 1) == [assign("gw1", 1)]


def test_a_group_behind_a_long_test_goes_to_an_idle_agent() -> None:
    """All of it: while a part of it is asked for, the agent that has it is not given the rest."""
    tests = [a_test(0), *(a_test(n, group="g") for n in (1, 2, 3)), a_test(4)]
    run = running(planned(tests), "gw0")
    assert run.started("gw0", 0) == [assign("gw0", 2)]
    assert run.joins("gw1") == [assign("gw1", 4)]
    assert run.runs("gw1", 4) == [take_back("gw0", 1, 2)]
    assert run.finished("gw0", 0) == []
    assert run.returned("gw0", 1, 2) == [assign("gw1", 1), finish("gw0")]
    assert run.started("gw1", 1) == [assign("gw1", 2)]


def test_a_test_that_has_started_meanwhile_is_not_given_back() -> None:
    """Then there is nothing to share."""
    run = running(planned(some_tests(4)), "gw0", "gw1")
    run.started("gw0", 0)
    run.runs("gw1", 2, 3)
    run.finished("gw0", 0)
    run.started("gw0", 1)
    assert run.returned("gw0") == [finish("gw1")]


def test_an_agent_that_owes_an_answer_is_not_let_go() -> None:
    """It has run everything by then, and says so first."""
    run = running(planned(some_tests(4)), "gw0", "gw1")
    run.started("gw0", 0)
    assert run.runs("gw1", 2, 3) == [take_back("gw0", 1)]
    assert [*run.finished("gw0", 0), *run.runs("gw0", 1)] == [finish("gw1")]
    assert run.returned("gw0") == [finish("gw0")]


def test_only_one_request_for_tests_is_under_way() -> None:
    """Two idle agents do not ask twice, and neither goes while an answer is to come."""
    run = running(planned(some_tests(6), agents=3), "gw0", "gw1", "gw2")
    run.started("gw0", 0)
    assert run.runs("gw1", 2, 3) == [take_back("gw0", 1)]
    assert run.runs("gw2", 4, 5) == []
    assert run.returned("gw0", 1) == [assign("gw1", 1), finish("gw2")]


def test_what_came_back_does_not_return_to_where_it_was() -> None:
    """Although the agent that gave it has become idle in the meantime."""
    run = running(planned(some_tests(4)), "gw0", "gw1")
    run.started("gw0", 0)
    assert run.runs("gw1", 2, 3) == [take_back("gw0", 1)]
    assert run.finished("gw0", 0) == []
    assert run.returned("gw0", 1) == [assign("gw1", 1), finish("gw0")]


@pytest.mark.parametrize("returncode", [0, -11])
def test_late_events_of_a_lost_agent_are_ignored(returncode: int) -> None:
    """Whatever was still on its way: its tests are elsewhere."""
    run = running(planned(some_tests(4)), "gw0", "gw1")
    run.started("gw1", 2)
    run.exits("gw1", returncode)
    for commands in (
        run.finished("gw1", 2),
        run.returned("gw1", 3),
        run.done("gw1"),
        run.dies("gw1"),
    ):
        assert commands == []
        assert run.said == ()


def test_nothing_follows_once_the_run_has_ended() -> None:
    """An event after the end is ignored."""
    run = running(planned(some_tests(1)))
    run.runs("gw0", 0)
    run.leaves("gw0")
    assert run.interrupt() == []
    assert run.said == ()


def test_what_cannot_be_carries_its_story() -> None:
    """A second test starts beside the first one: that is a bug, and told with what was before."""
    run = running(planned(some_tests(3)))
    run.started("gw0", 0)
    with pytest.raises(InvalidTransitionError) as raised:
        run.started("gw0", 1)
    assert "gw0 is active and got TestStarted" in str(raised.value)
    assert "starting -> collecting" in str(raised.value)


def test_a_verdict_of_a_test_that_has_not_started_cannot_be() -> None:
    """Whatever it is, it must not be counted."""
    run = running(planned(some_tests(3)))
    with pytest.raises(InvalidTransitionError, match="gw0 is active and got TestFinished"):
        run.finished("gw0", 0)


def test_an_agent_that_nobody_started_cannot_say_anything() -> None:
    """It is not one of ours."""
    run = running(planned(some_tests(3)))
    with pytest.raises(InvalidTransitionError, match="gw9 is unknown"):
        run.done("gw9")


def test_an_answer_that_comes_after_the_goodbye_is_no_harm() -> None:
    """An agent that ends its session can be asked at the same moment."""
    run = running(planned(some_tests(4)), "gw0", "gw1")
    run.started("gw0", 0)
    run.stop()
    run.done("gw0")
    assert run.returned("gw0") == []


def test_the_agent_that_collected_counts_the_starts_before_it() -> None:
    """Its name says how many processes its slot has cost."""
    plan = planned(some_tests(1))
    assert Orchestrator(plan, Policy()).adopt(plan.slots[0], 3) == "gw0.3"
