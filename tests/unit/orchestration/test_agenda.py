"""Which phases have started, and what waits in them."""

from __future__ import annotations

from pytest_agentorch.model.ids import AgentId, PhaseName, SlotId, TestId
from pytest_agentorch.model.settings import Dist
from pytest_agentorch.orchestration.agenda import Agenda
from pytest_agentorch.orchestration.hand import Hand
from pytest_agentorch.orchestration.lane import LaneKey
from pytest_agentorch.orchestration.leases import Leases
from tests.unit.orchestration.plans import a_phase, a_test, planned, some_tests

GW0, UNIT, E2E = AgentId("gw0"), PhaseName("unit"), PhaseName("e2e")


def an_agenda(*, barrier: bool = True, dist: Dist = Dist.BALANCED) -> Agenda:
    """One unit test, then two e2e tests."""
    phases = (a_phase("unit"), a_phase("absent"), a_phase("e2e", "unit", "absent"))
    tests = [a_test(0), a_test(1, "e2e", named=barrier), a_test(2, "e2e")]
    plan = planned(tests, *phases, dist=dist)
    return Agenda(plan, Leases(plan))


def opened(agenda: Agenda) -> list[str]:
    """The names of the phases that start now."""
    return [phase.plan.name for phase in agenda.open_phases()]


def test_a_barrier_opens_when_what_is_before_it_is_over() -> None:
    """A phase without tests is no obstacle."""
    agenda = an_agenda()
    assert not agenda.waits
    assert (agenda.demand, agenda.later_demand) == (0, 3)
    assert opened(agenda) == ["unit"]
    assert (agenda.demand, agenda.later_demand, agenda.waits) == (1, 2, True)
    assert opened(agenda) == []
    assert agenda.close_phases() == []
    agenda.phases[UNIT].unfinished = 0
    assert agenda.close_phases() == ["unit"]
    assert opened(agenda) == ["e2e"]
    assert [phase.plan.name for phase in agenda.open] == ["e2e"]


def test_without_a_barrier_all_start_at_once() -> None:
    """In the order of the plan."""
    assert opened(an_agenda(barrier=False)) == ["unit", "e2e"]


def test_a_slot_that_tests_are_bound_to_is_waited_for() -> None:
    """In an open phase now, in another one later."""
    agenda = an_agenda(dist=Dist.EACH)
    assert agenda.binds
    assert not an_agenda().binds
    slot = SlotId("gw1")
    only = frozenset({slot})
    assert dict(agenda.bound_openings({})) == {}
    assert agenda.will_wait_for(slot)
    agenda.open_phases()
    assert dict(agenda.bound_openings({})) == {frozenset({SlotId("gw0")}): 1, only: 1}
    agenda.phases[UNIT].lanes[LaneKey(only)].clear()
    assert dict(agenda.bound_openings({})) == {frozenset({SlotId("gw0")}): 1}
    assert agenda.will_wait_for(slot)


def test_what_follows_is_seen_before_it_is_taken() -> None:
    """First what a hand has claimed, then the next unit that it can run; else nothing."""
    plan = planned(
        [*some_tests(2, path="test_a.py"), *(a_test(n, path="test_b.py") for n in (2, 3))],
        dist=Dist.FILE,
    )
    agenda = Agenda(plan, Leases(plan))
    hand = Hand(SlotId("gw0"), frozenset())
    assert agenda.next_for(GW0, hand) is None
    agenda.open_phases()
    assert agenda.next_for(GW0, hand) == TestId(0)
    assert agenda.next_for(GW0, Hand(SlotId("gw1"), frozenset({TestId(1)}))) == TestId(2)
    assert agenda.next_for(GW0, Hand(SlotId("gw1"), frozenset({TestId(1), TestId(3)}))) is None
    hand.claimed.append(TestId(3))
    assert agenda.next_for(GW0, hand) == TestId(3)
