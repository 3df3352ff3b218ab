"""The whole of it: what is told, what follows."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pytest_agentorch.model import event as ev
from pytest_agentorch.model.exit_status import ExitStatus
from pytest_agentorch.model.ids import AgentId
from pytest_agentorch.model.stop_reason import StopReason
from pytest_agentorch.orchestration.dispatcher import PATIENCE_SECONDS
from pytest_agentorch.orchestration.orchestrator import Orchestrator, Policy
from tests.unit.orchestration.plans import a_test, planned, some_tests
from tests.unit.orchestration.short import (
    Commands,
    Run,
    assign,
    end,
    finish,
    kill,
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
    run.pause = PATIENCE_SECONDS / 10
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
    run.pause = PATIENCE_SECONDS / 10
    run.started("gw0", 0)
    assert run.runs("gw1", 2, 3) == [take_back("gw0", 1)]
    assert run.runs("gw2", 4, 5) == []
    assert run.returned("gw0", 1) == [assign("gw1", 1), finish("gw2")]


def test_an_idle_agent_asks_another_if_the_first_does_not_answer() -> None:
    """A test there may keep its process from answering; nobody else waits for that."""
    run = running(planned(some_tests(6), agents=3), "gw0", "gw1", "gw2")
    run.started("gw0", 0)
    assert run.runs("gw1", 2, 3) == [take_back("gw0", 1)]
    assert run.started("gw2", 4) == [take_back("gw2", 5)]
    assert run.returned("gw2", 5) == [assign("gw1", 5)]


def test_an_idle_agent_asks_first_who_was_not_asked_yet() -> None:
    """Two idle agents have two to ask."""
    run = running(planned(some_tests(8), agents=4), "gw0", "gw1", "gw2", "gw3")
    run.pause = PATIENCE_SECONDS / 10
    run.started("gw0", 0)
    run.started("gw1", 2)
    assert run.runs("gw2", 4, 5) == [take_back("gw0", 1)]
    assert run.runs("gw3", 6, 7) == [take_back("gw1", 3)]


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


def test_what_cannot_be_costs_the_agent_that_says_it() -> None:
    """A second test starts beside the first one: it is killed, and what was before is told."""
    run = running(planned(some_tests(4)), "gw0", "gw1")
    run.started("gw0", 0)
    assert run.started("gw0", 1) == [kill("gw0")]
    told = run.find(ev.AgentMisspoke)
    assert isinstance(told, ev.AgentMisspoke)
    assert told.reason == "it spoke out of turn: TestStarted of test 1 while gw0 is active"
    assert told.story[0].startswith("starting -> collecting: AgentConnected(")
    assert run.exits("gw0", -9) == start("gw0.2")
    assert run.slugs == ["AgentExited", "AgentLost", "TestReassigned"]
    lost = run.find(ev.AgentLost)
    assert isinstance(lost, ev.AgentLost)
    assert (lost.test, lost.queued) == (0, 1)
    assert lost.status == ExitStatus(returncode=-9, reason=told.reason)


IMPOSSIBLE: dict[str, Callable[[Run], Commands]] = {
    "a verdict of another's test": lambda run: run.finished("gw0", 3),
    "a test of another": lambda run: run.started("gw0", 3),
    "a test that does not exist": lambda run: run.started("gw0", 99),
    "tests back that nobody asked for": lambda run: run.returned("gw0", 1),
    "hello once more": lambda run: run.connected("gw0"),
    "ready once more": lambda run: run.ready("gw0"),
}


@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_the_tests_of_an_agent_that_says_what_cannot_be_are_run_by_others(name: str) -> None:
    """And nothing that it says after that counts."""
    run = running(planned(some_tests(4)), "gw0", "gw1")
    assert IMPOSSIBLE[name](run) == [kill("gw0")]
    for ignored in (run.runs("gw0", 0), run.done("gw0"), run.stop(agent="gw0")):
        assert ignored == []
        assert run.said == ()
    assert not run.orchestrator.heeds(AgentId("gw0"))
    assert run.orchestrator.heeds(AgentId("gw1"))
    assert run.exits("gw0", -9) == start("gw0.2")
    run.runs("gw1", 2, 3, 0, 1)
    assert run.verdicts == {0, 1, 2, 3}


def test_tests_are_given_back_once_for_each_time_that_they_are_asked_for() -> None:
    """Asked for another agent, and once more as the run stops."""
    run = running(planned(some_tests(4)), "gw0", "gw1")
    run.started("gw0", 0)
    assert run.runs("gw1", 2, 3) == [take_back("gw0", 1)]
    assert run.stop() == [take_back("gw0", 1), finish("gw1")]
    assert run.returned("gw0", 1) == []
    assert run.returned("gw0") == []
    assert run.returned("gw0") == [kill("gw0")]


def test_tests_that_have_started_cannot_be_given_back() -> None:
    """Somebody would run them twice."""
    run = running(planned(some_tests(4)), "gw0", "gw1")
    run.started("gw0", 0)
    assert run.runs("gw1", 2, 3) == [take_back("gw0", 1)]
    assert run.returned("gw0", 0, 1) == [kill("gw0")]


def test_an_agent_that_makes_no_sense_three_times_in_a_row_costs_the_slot() -> None:
    """As if it had died."""
    run = Run(planned(some_tests(3), agents=1))
    for agent in ("gw0", "gw0.2", "gw0.3"):
        run.joins(agent)
        nonsense = ev.AgentMisspoke(agent=AgentId(agent), reason="nonsense", at=run.now())
        assert run.tell(nonsense) == [kill(agent)]
        run.exits(agent, -9)
    assert "SlotGivenUp" in run.slugs


def test_an_agent_that_has_ended_its_session_can_still_make_no_sense() -> None:
    """It is told; there is nothing to hand on."""
    run = running(planned(some_tests(1)))
    run.runs("gw0", 0)
    run.done("gw0")
    assert run.done("gw0") == [kill("gw0")]
    assert run.exits("gw0", -9) == [end()]
    assert run.slugs == ["AgentExited", "AgentLost", "RunFinished"]


def test_an_agent_that_is_killed_anyway_may_say_what_it_likes() -> None:
    """It is not missed."""
    run = running(planned(some_tests(2), agents=1))
    run.started("gw0", 0)
    run.interrupt()
    run.interrupt()
    assert run.started("gw0", 0) == [kill("gw0")]
    assert run.exits("gw0", -9)[-1] == end(StopReason.INTERRUPTED, "enough")
    assert "AgentLost" not in run.slugs


def test_what_is_told_of_an_agent_that_nobody_started_is_an_incident() -> None:
    """No agent can have said it: the mistake is in the controller, and the run goes on."""
    run = running(planned(some_tests(3)))
    assert run.done("gw9") == []
    assert run.said == (ev.EventRefused(error="AgentDone while gw9 is unknown", at=run.said[0].at),)


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
