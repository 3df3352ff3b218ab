"""What no agent comes to any more."""

from __future__ import annotations

from pytest_agentorch.model.ids import AgentId, SlotId, TestId
from pytest_agentorch.model.settings import Dist
from pytest_agentorch.orchestration.reach import lose_slots, stranded
from pytest_agentorch.orchestration.schedule import Schedule
from tests.unit.orchestration.plans import a_phase, planned, some_tests

GW0, GW1 = AgentId("gw0"), AgentId("gw1")


def a_schedule(tests: int, *missing: int, dist: Dist = Dist.BALANCED) -> Schedule:
    """A schedule with two agents, the first of which lacks tests."""
    schedule = Schedule(planned(some_tests(tests), dist=dist))
    schedule.open_phases()
    schedule.join(GW0, SlotId("gw0"), frozenset(map(TestId, missing)))
    return schedule


def test_stranded_tests_are_found_once_per_change() -> None:
    """They wait on until somebody removes them."""
    schedule = a_schedule(3, 1)
    changed = [schedule.reach_changed]
    assert stranded(schedule) == [1]
    changed.append(schedule.reach_changed)
    schedule.agenda.remove([TestId(1)])
    assert schedule.take(GW0, 9) == (0, 2)
    schedule.join(GW1, SlotId("gw1"), frozenset())
    assert [*changed, schedule.reach_changed] == [True, False, True]


def test_an_abandoned_slot_takes_along_what_only_it_may_run() -> None:
    """The rest of its phase can still come to an end."""
    schedule = a_schedule(2, dist=Dist.EACH)
    lose_slots(schedule, [SlotId("gw1")])
    assert schedule.dropped == {2, 3}
    schedule.take(GW0, 2)
    for test in map(TestId, (0, 1)):
        schedule.start(GW0, test)
        schedule.put_down(GW0, test)
        schedule.settle(test)
    assert schedule.close_phases() == ["unit"]


def test_what_was_dealt_to_an_abandoned_slot_is_for_all() -> None:
    """Nothing is lost that another agent can run."""
    schedule = a_schedule(4, dist=Dist.ROUND_ROBIN)
    assert schedule.take(GW0, 9) == (0, 2)
    lose_slots(schedule, [SlotId("gw1")])
    assert schedule.dropped == set()
    assert schedule.take(GW0, 9) == (1, 3)


def test_what_was_dealt_to_an_agent_that_lacks_it_is_for_all() -> None:
    """It waits for another then, and is not given up."""
    schedule = a_schedule(4, 2, dist=Dist.ROUND_ROBIN)
    assert stranded(schedule) == []
    schedule.join(GW1, SlotId("gw1"), frozenset())
    assert schedule.take(GW1, 9) == (1, 3, 2)


def test_what_was_dealt_to_an_abandoned_slot_stays_in_its_wave() -> None:
    """It does not begin with an earlier one, although it is for all now."""
    plan = planned(some_tests(4), a_phase(waves=2), dist=Dist.ROUND_ROBIN)
    schedule = Schedule(plan)
    (phase,) = schedule.open_phases()
    phase.begin_wave(1, 2, 0.0, 0)
    schedule.join(GW0, SlotId("gw0"), frozenset())
    lose_slots(schedule, [SlotId("gw1")])
    assert sorted(schedule.take(GW0, 9)) == [0, 1]
    phase.begin_wave(2, 2, 0.0, 0)
    assert sorted(schedule.take(GW0, 9)) == [2, 3]
