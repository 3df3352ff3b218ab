"""Where every test is."""

from __future__ import annotations

from collections.abc import Sequence

from pytest_agentorch.model import test as described
from pytest_agentorch.model.ids import AgentId, SlotId, TestId
from pytest_agentorch.orchestration.exchange import return_tests, share
from pytest_agentorch.orchestration.lane import LaneKey
from pytest_agentorch.orchestration.schedule import Schedule
from tests.unit.orchestration.plans import a_history, a_test, planned, some_tests

GW0, GW1 = AgentId("gw0"), AgentId("gw1")


def ids(*tests: int) -> list[TestId]:
    """Test ids."""
    return [*map(TestId, tests)]


def a_schedule(tests: Sequence[described.TestDescriptor], **settings: object) -> Schedule:
    """A schedule whose only phase has started, with two agents."""
    schedule = Schedule(planned(tests, **settings))
    schedule.open_phases()
    schedule.join(GW0, SlotId("gw0"), frozenset())
    schedule.join(GW1, SlotId("gw1"), frozenset())
    return schedule


def finish(schedule: Schedule, agent: AgentId, test: TestId) -> bool:
    """A started test has its verdict."""
    ended = schedule.put_down(agent, test)
    if ended:
        schedule.settle(test)
    return ended


def test_a_unit_is_claimed_whole_and_queued_in_parts() -> None:
    """What is only claimed can go to another without a word to the agent."""
    schedule = a_schedule([*some_tests(4, unit="m"), a_test(4)])
    assert schedule.take(GW0, 2) == (0, 1)
    assert [*schedule.hands[GW0].claimed] == [2, 3]
    assert schedule.take(GW1, 9) == (4,)
    assert schedule.take(GW0, 9) == (2, 3)


def test_half_of_what_is_claimed_goes_to_an_idle_agent() -> None:
    """The last ones, as one unit, at once."""
    schedule = a_schedule(some_tests(7, unit="m"))
    schedule.take(GW0, 1)
    schedule.start(GW0, TestId(0))
    assert share(schedule, GW1) is None
    assert schedule.take(GW1, 9) == (4, 5, 6)
    assert schedule.take(GW0, 9) == (1, 2, 3)


def test_half_of_what_is_queued_must_be_asked_for() -> None:
    """The last ones."""
    schedule = a_schedule(some_tests(6))
    schedule.take(GW0, 6)
    schedule.start(GW0, TestId(0))
    assert share(schedule, GW1) == (GW0, (3, 4, 5))
    assert return_tests(schedule, GW0, ids(3, 4, 5), stops=False) == [3, 4, 5]
    schedule.put_back(ids(3, 4, 5))
    assert schedule.take(GW1, 9) == (3, 4, 5)


def test_a_group_that_has_not_begun_goes_as_a_whole() -> None:
    """What of it is with the agent must be asked for; the claimed rest of it leaves then, too."""
    schedule = a_schedule([a_test(0), *(a_test(n, group="g") for n in (1, 2, 3))])
    schedule.take(GW0, 3)
    schedule.start(GW0, TestId(0))
    assert share(schedule, GW1) == (GW0, (1, 2))
    assert return_tests(schedule, GW0, ids(1, 2), stops=False) == [1, 2, 3]
    schedule.put_back(ids(1, 2, 3))
    assert schedule.take(GW1, 9) == (1, 2, 3)


def test_a_group_that_is_only_claimed_goes_at_once() -> None:
    """Nobody has to be asked."""
    schedule = a_schedule([a_test(0), *(a_test(n, group="g") for n in (1, 2, 3))])
    schedule.take(GW0, 1)
    schedule.start(GW0, TestId(0))
    schedule.hands[GW0].claimed.extend(ids(1, 2, 3))
    unit = schedule.agenda.open[0].lanes[LaneKey()].take(1)
    assert unit is not None
    schedule.hands[GW0].gain(schedule.homes[TestId(1)], 3)
    assert share(schedule, GW1) is None
    assert schedule.take(GW1, 9) == (1, 2, 3)


def test_a_group_that_has_begun_meanwhile_goes_back() -> None:
    """The agent was faster than the question; unless the run stops."""
    for stops in (False, True):
        schedule = a_schedule([a_test(0), *(a_test(n, group="g") for n in (1, 2))])
        schedule.take(GW0, 3)
        schedule.start(GW0, TestId(0))
        assert share(schedule, GW1) == (GW0, (1, 2))
        finish(schedule, GW0, TestId(0))
        schedule.start(GW0, TestId(1))
        assert return_tests(schedule, GW0, ids(2), stops=stops) == ([2] if stops else [])
        assert [*schedule.hands[GW0].tests()] == ([1] if stops else [1, 2])


def test_with_nothing_to_share_there_is_nothing() -> None:
    """Neither from oneself nor from others."""
    schedule = a_schedule(some_tests(1))
    assert share(schedule, GW1) is None
    schedule.take(GW0, 1)
    assert share(schedule, GW1) is None


def test_a_test_starts_from_the_queue_and_ends_where_it_started() -> None:
    """Everything else is refused."""
    schedule = a_schedule(some_tests(3))
    schedule.take(GW0, 2)
    assert not schedule.start(GW0, TestId(2))
    assert not schedule.start(AgentId("gw9"), TestId(0))
    assert schedule.start(GW0, TestId(0))
    assert not schedule.start(GW0, TestId(1))
    assert not finish(schedule, GW0, TestId(1))
    assert not finish(schedule, AgentId("gw9"), TestId(0))
    assert finish(schedule, GW0, TestId(0))
    assert schedule.without_verdict == 2


def test_tests_are_returned_once() -> None:
    """What is not in the queue stays where it is."""
    schedule = a_schedule(some_tests(3))
    schedule.take(GW0, 3)
    schedule.start(GW0, TestId(0))
    assert return_tests(schedule, GW0, ids(0, 1), stops=False) == [1]
    assert return_tests(schedule, GW0, ids(1), stops=False) == []
    assert return_tests(schedule, AgentId("gw9"), ids(1), stops=False) == []


def test_an_agent_leaves_what_it_had() -> None:
    """The started test apart; an agent that never joined leaves nothing."""
    schedule = a_schedule(some_tests(5, unit="m"))
    schedule.take(GW0, 3)
    schedule.start(GW0, TestId(0))
    assert schedule.leave(GW0) == (0, [1, 2, 3, 4])
    assert schedule.leave(GW0) == (None, [])


def test_tests_that_come_back_are_units_again() -> None:
    """In the order of the plan, before all others."""
    schedule = a_schedule(
        [*some_tests(2, unit="m"), *(a_test(n, unit="n") for n in (2, 3)), a_test(4)]
    )
    schedule.take(GW0, 4)
    schedule.put_back(schedule.leave(GW0)[1])
    assert [unit.tests for unit in schedule.agenda.open[0].lanes[LaneKey()]] == [
        (0, 1),
        (2, 3),
        (4,),
    ]


def test_a_suspect_keeps_the_rest_of_its_group() -> None:
    """Until it has its verdict."""
    schedule = a_schedule([*some_tests(3, group="g"), a_test(3)])
    schedule.take(GW0, 4)
    schedule.start(GW0, TestId(0))
    started, queued = schedule.leave(GW0)
    assert started is not None
    assert schedule.suspect(started, queued) == [3]
    assert schedule.take(GW1, 9) == ()
    assert schedule.take_suspect(GW1) == (0,)
    assert schedule.take_suspect(GW1) == ()
    schedule.start(GW1, TestId(0))
    finish(schedule, GW1, TestId(0))
    assert schedule.take(GW1, 9) == (1, 2)


def test_a_stop_drops_all_that_is_not_with_an_agent() -> None:
    """Suspects and those that wait for them, claimed and waiting tests."""
    schedule = a_schedule([*some_tests(3, group="g"), *(a_test(n, unit="m") for n in (3, 4, 5))])
    schedule.take(GW0, 3)
    schedule.start(GW0, TestId(0))
    schedule.suspect(TestId(0), schedule.leave(GW0)[1])
    schedule.take(GW1, 1)
    schedule.stop()
    assert schedule.dropped == {0, 1, 2, 4, 5}
    assert [*schedule.hands[GW1].tests()] == [3]
    assert schedule.agenda.open[0].unfinished == 1


def test_nothing_is_queued_behind_what_takes_too_long() -> None:
    """What is expected to take long is the last that an agent gets."""
    tests = [a_test(number, path="test_a.py") for number in range(5)]
    history = a_history(tests, 0.04, 0.04, 5.0, 0.04, 0.04)
    schedule = a_schedule(tests, history=history, keep_order=True)
    assert schedule.take(GW0, 9, 0.1) == (0, 1, 2)
    assert schedule.take(GW0, 9, -4.9) == ()
    assert schedule.take(GW0, 9, 0.0) == (3,)
    assert schedule.take(GW0, 9) == (4,)


def test_what_takes_long_is_not_queued_behind_others() -> None:
    """Another agent may be free sooner. Claimed by this one it is not, either."""
    tests = some_tests(3)
    schedule = a_schedule(tests, history=a_history(tests, 0.04, 5.0, 0.04), keep_order=True)
    assert schedule.take(GW0, 9, 0.1, 0.1) == (0,)
    assert [*schedule.hands[GW0].claimed] == []
    assert schedule.take(GW0, 9, 0.06, 0.1) == ()
    assert schedule.take(GW1, 9, 0.1, 0.1) == (1,)
    assert schedule.take(GW0, 9, 0.06, 0.1) == (2,)
