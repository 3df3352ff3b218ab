"""Who has a copy of a test that several agents may run."""

from __future__ import annotations

from pytest_agentorch.model.ids import AgentId, SlotId, TestId
from pytest_agentorch.orchestration.schedule import Schedule
from tests.unit.orchestration.plans import a_test, planned

GW0, GW1, GW2 = map(AgentId, ("gw0", "gw1", "gw2"))
ONE, OTHER = TestId(0), TestId(1)


def a_schedule(copies: int = 2) -> Schedule:
    """A schedule with three agents, the first test of which is scattered."""
    schedule = Schedule(planned([a_test(0, copies=copies), a_test(1)], agents=3))
    schedule.open_phases()
    for agent in (GW0, GW1, GW2):
        schedule.join(agent, SlotId(agent), frozenset())
    return schedule


def test_each_agent_takes_one_copy_as_long_as_there_are_some() -> None:
    """Never two of the same test; then come other tests."""
    schedule = a_schedule()
    assert schedule.take(GW0, 9) == (0,)
    assert schedule.take(GW0, 9) == ()
    assert schedule.take(GW1, 9) == (0, 1)
    assert schedule.take(GW2, 9) == ()
    assert schedule.copies.holders(ONE) == [GW0, GW1]
    assert schedule.copies.is_scattered(ONE)
    assert not schedule.copies.is_scattered(OTHER)


def test_a_test_is_covered_by_who_has_it_and_by_what_waits() -> None:
    """What is not covered waits again, or is dropped; what is covered is not."""
    schedule = a_schedule()
    schedule.take(GW0, 9)
    assert schedule.leave(GW0) == (None, [0])
    assert schedule.copies.covers(ONE)
    schedule.put_back([ONE])
    assert schedule.take(GW1, 1) == (0,)
    assert schedule.take(GW2, 9) == (1,)
    schedule.drop([ONE])
    assert schedule.dropped == set()
    assert schedule.leave(GW1) == (None, [0])
    assert not schedule.copies.covers(ONE)
    schedule.drop([ONE])
    assert schedule.dropped == {0}


def test_when_the_run_stops_what_somebody_runs_is_not_dropped() -> None:
    """Only the copy that waits goes."""
    schedule = a_schedule(3)
    schedule.take(GW0, 9)
    schedule.start(GW0, ONE)
    schedule.stop()
    assert schedule.dropped == {1}
    assert schedule.copies.holders(ONE) == [GW0]


def test_a_void_copy_is_nothing_that_anybody_has_left() -> None:
    """Begun or not, whatever becomes of its agent."""
    for begins in (True, False):
        schedule = a_schedule()
        schedule.take(GW0, 9)
        if begins:
            schedule.start(GW0, ONE)
        schedule.copies.cancel(GW0, ONE)
        assert schedule.copies.holders(ONE) == []
        assert schedule.leave(GW0) == (None, [])
        assert schedule.copies.void == {}


def test_it_ends_once() -> None:
    """What the same agent has later counts."""
    copies = a_schedule().copies
    copies.cancel(GW0, ONE)
    assert copies.end(GW1, [ONE]) == [ONE]
    assert copies.end(GW0, [OTHER]) == [OTHER]
    assert copies.end(GW0, [ONE, OTHER]) == [OTHER]
    assert copies.end(GW0, [ONE]) == [ONE]
