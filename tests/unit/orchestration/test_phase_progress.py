"""How far a phase is."""

from __future__ import annotations

from pytest_agentorch.model.ids import SlotId
from pytest_agentorch.model.needs import NO_NEEDS, Needs
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
    phase.lanes[LaneKey()].take(0)
    assert phase.demand == 0


def test_what_is_bound_to_a_slot_waits_for_it() -> None:
    """Nobody else looks at it."""
    phase = progress(planned([a_test()], dist=Dist.EACH))[0]
    assert phase.demand == 0
    assert phase.waits_for(GW0)
    assert phase.waits_for(GW1)
    assert not phase.waits_for(GW9)
    only = frozenset({GW1})
    assert (phase.openings(), phase.openings(places=only)) == (0, 1)
    assert phase.bound == {frozenset({GW0}), only}
    phase.lanes[LaneKey(only)].clear()
    assert not phase.waits_for(GW1)
    assert phase.bound == {frozenset({GW0})}


def test_what_comes_back_to_be_last_is_behind_what_is_not_urgent() -> None:
    """At its end, a priority is worth nothing."""
    tests = [a_test(0, priority=1), a_test(1), a_test(2, priority=-1)]
    phase = progress(planned(tests))[0]
    urgent = phase.lanes[LaneKey(priority=1)].take(0)
    phase.put_back(urgent, last=True)
    assert [unit.tests for unit in phase.lanes[LaneKey(priority=-1)]] == [(2,), (0,)]


def test_what_is_demanding_has_a_lane_of_its_own() -> None:
    """Two of them cannot run at once; with one agent nothing can."""
    needs = [NO_NEEDS, Needs(reads=("a",)), Needs(cpus=1.0), Needs(cpus=1.5), Needs(writes=("a",))]
    tests = [a_test(n, needs=some) for n, some in enumerate(needs)]
    for agents, first in ((2, [3, 4]), (1, [])):
        phase = progress(planned(tests, agents=agents))[0]
        lanes = [lane for key, lane in phase.waiting() if key.demanding]
        assert [unit.tests[0] for lane in lanes for unit in lane] == first


def test_what_goes_to_another_phase_begins_first_there() -> None:
    """Both count what they have; with waves it is in the first one that begins."""
    for waves in (None, 2):
        phases = a_phase(), a_phase("e2e", "unit", waves=waves, configured=True)
        tests = [a_test(0), a_test(1, priority=1), a_test(2, "e2e"), a_test(3, "e2e")]
        unit, e2e = progress(planned(tests, *phases))
        moved = next(one for one in unit.waiting_units() if 1 in one.tests)
        unit.let_go(moved.tests)
        e2e.begin_with(moved)
        assert [one.tests for one in unit.waiting_units()] == [(0,)]
        assert (unit.tests, unit.unfinished, e2e.tests, e2e.unfinished) == (1, 1, 3, 3)
        if waves:
            assert e2e.begin_wave(1, 2, 0.0, 0).tests == (1, 2)
        assert {t for _, lane in e2e.waiting() for one in lane for t in one.tests} >= {1, 2}
