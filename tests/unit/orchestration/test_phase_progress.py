"""How far a phase is."""

from __future__ import annotations

from pytest_agentorch.model.ids import AgentId, SlotId
from pytest_agentorch.model.settings import Dist
from pytest_agentorch.orchestration.lane import LaneKey
from tests.unit.orchestration.plans import a_phase, a_test, planned, progress, some_tests

GW0, GW1, GW9 = SlotId("gw0"), SlotId("gw1"), SlotId("gw9")


def test_demand_is_what_waits_within_the_cap() -> None:
    """Agents that are busy with it count."""
    phase = progress(planned(some_tests(5, named=True), a_phase(max_agents=3), agents=8))[0]
    assert (phase.unfinished, phase.demand) == (5, 3)
    phase.busy = 2
    assert phase.demand == 1
    phase.busy = 3
    assert phase.demand == 0


def test_demand_ends_with_the_last_unit() -> None:
    """A group is work for one."""
    phase = progress(planned(some_tests(5, group="g"), agents=8))[0]
    assert phase.demand == 1
    phase.lanes[LaneKey()].take(AgentId("gw0"), frozenset())
    assert phase.demand == 0


def test_what_is_bound_to_a_slot_waits_for_it() -> None:
    """Nobody else looks at it."""
    phase = progress(planned([a_test()], dist=Dist.EACH))[0]
    assert phase.demand == 0
    assert phase.waits_for(GW0)
    assert phase.waits_for(GW1)
    assert not phase.waits_for(GW9)
    assert [lane.tests for lane in phase.lanes_for(GW1)] == [1, 0]
    assert [lane.tests for lane in phase.lanes_for(GW9)] == [0]
    phase.lanes[LaneKey(GW1)].clear()
    assert not phase.waits_for(GW1)
