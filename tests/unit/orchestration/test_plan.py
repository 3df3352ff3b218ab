"""From collected tests to phases, agents and units."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_agentorch.model import test as described
from pytest_agentorch.model.ids import PhaseName, SlotId, TestId
from pytest_agentorch.model.needs import Capability, Needs, ResourceSettings
from pytest_agentorch.model.settings import Dist
from pytest_agentorch.orchestration.plan import Plan, build_plan
from tests.unit.orchestration.plans import a_history, a_phase, a_test, planned, some_tests
from tests.unit.settings_builder import some_settings

UNIT, E2E = PhaseName("unit"), PhaseName("e2e")


def groups(plan: Plan) -> list[tuple[int, ...]]:
    """The tests of each unit, phase by phase."""
    return [unit.tests for phase in plan.phases for unit in phase.units]


def test_tests_are_sorted_into_phases_in_their_order() -> None:
    """A phase without tests is not in the plan; positions are those of the collection."""
    phases = (a_phase("unit"), a_phase("integration"), a_phase("e2e"))
    plan = planned([a_test(0, "e2e"), a_test(1), a_test(2, "e2e")], *phases)
    assert [(phase.name, phase.tests) for phase in plan.phases] == [("unit", 1), ("e2e", 2)]
    assert groups(plan) == [(1,), (0,), (2,)]


def test_without_tests_there_is_one_slot() -> None:
    """The agent that collected lives there."""
    plan = planned([])
    assert (plan.phases, plan.slots) == ((), ("gw0",))


def test_a_phase_has_a_barrier_if_somebody_names_it() -> None:
    """The configuration, or one of its tests; what is inferred only orders."""
    assert planned([a_test()]).phases[0].barrier is False
    assert planned([a_test(named=True)]).phases[0].barrier is True
    assert planned([a_test()], a_phase(configured=True)).phases[0].barrier is True


def test_what_comes_before_is_known_through_absent_phases() -> None:
    """e2e waits for unit although no test is in between."""
    phases = (a_phase("unit"), a_phase("integration", "unit"), a_phase("e2e", "integration"))
    plan = planned([a_test(0), a_test(1, "e2e")], *phases)
    assert plan.phases[1].after == {"unit", "integration"}


def test_there_are_as_many_slots_as_can_be_busy_at_once() -> None:
    """Phases behind a barrier take turns, those without one overlap."""
    table = (a_phase("unit", max_agents=2), a_phase("e2e", "unit", max_agents=3))
    tests = [*some_tests(9, named=True), *some_tests(9, "e2e", named=True)]
    assert len(planned(tests, *table, agents=8).slots) == 3
    side_by_side = (a_phase("unit", max_agents=2), a_phase("e2e", max_agents=3))
    assert len(planned(tests, *side_by_side, agents=8).slots) == 5
    assert len(planned(tests, *side_by_side, agents=4).slots) == 4


def test_each_repeats_all_tests_for_every_slot() -> None:
    """Bound to it; their position in the collection is known."""
    plan = planned(some_tests(3), agents=2, dist=Dist.EACH)
    assert (len(plan.tests), plan.collected) == (6, 3)
    places = [unit.places for unit in plan.phases[0].units]
    assert places == [frozenset({"gw0"})] * 3 + [frozenset({"gw1"})] * 3
    assert [plan.item(TestId(test)) for test in range(6)] == [0, 1, 2, 0, 1, 2]


def test_files_scopes_and_groups_stay_together() -> None:
    """Where the first of them was; a test without a group is on its own."""
    tests = [
        a_test(0, path="a.py", scope="a.py::A", group="g"),
        a_test(1, path="b.py", scope="b.py"),
        a_test(2, path="a.py", scope="a.py::B", group="g"),
        a_test(3, path="a.py", scope="a.py::A"),
    ]
    assert groups(planned(tests, dist=Dist.FILE)) == [(0, 2, 3), (1,)]
    assert groups(planned(tests, dist=Dist.SCOPE)) == [(0, 3), (1,), (2,)]
    assert groups(planned(tests, dist=Dist.GROUP)) == [(0, 2), (1,), (3,)]
    units = planned(tests, dist=Dist.GROUP).phases[0].units
    assert [unit.sticky for unit in units] == [True, False, False]


def test_balanced_keeps_groups_whole_and_neighbours_close() -> None:
    """A group is sticky wherever its tests are; neighbours with one fixture are a loose unit."""
    shared = {"unit": "fixture"}
    tests = [
        a_test(0, **shared),
        a_test(1, **shared),
        a_test(2, group="g"),
        a_test(3, **shared),
        a_test(4, group="g"),
        a_test(5, **shared),
        a_test(6, unit="other"),
        a_test(7),
        a_test(8),
    ]
    plan = planned(tests)
    assert groups(plan) == [(0, 1), (2, 4), (3,), (5,), (6,), (7,), (8,)]
    assert [unit.tests for unit in plan.phases[0].units if unit.sticky] == [(2, 4)]


def test_a_unit_knows_among_how_many_it_can_be_divided() -> None:
    """A sticky one not at all."""
    plan = planned([*some_tests(3, unit="m"), *(a_test(n, group="g") for n in (3, 4))])
    assert [unit.pieces for unit in plan.phases[0].units] == [3, 1]


@given(
    rows=st.lists(
        st.tuples(
            st.sampled_from(["unit", "e2e"]),
            st.sampled_from(["a.py", "b.py"]),
            st.sampled_from(["", "x", "y"]),
            st.sampled_from(["", "", "g"]),
        ),
        max_size=12,
    ),
    dist=st.sampled_from(Dist),
    agents=st.integers(1, 4),
)
def test_every_test_is_planned_once(
    rows: list[tuple[str, str, str, str]], dist: Dist, agents: int
) -> None:
    """Whatever the distribution: in one phase, in one unit; and in order inside of it."""
    tests: list[described.TestDescriptor] = [
        a_test(number, phase, path=path, unit=unit, group=group)
        for number, (phase, path, unit, group) in enumerate(rows)
    ]
    plan = planned(tests, a_phase("unit"), a_phase("e2e"), dist=dist, agents=agents)
    copies = agents if dist is Dist.EACH else 1
    assert sorted(test for unit in groups(plan) for test in unit) == [*range(len(rows) * copies)]
    assert all(list(unit) == sorted(unit) for unit in groups(plan))
    assert 1 <= len(plan.slots) <= agents


def test_neighbours_in_a_file_stay_together_until_somebody_is_idle() -> None:
    """Tests that lean on the one before them pass as they do serially; nobody waits for a file."""
    tests = [*some_tests(2, path="test_a.py"), *(a_test(n, path="test_b.py") for n in (2, 3))]
    (phase,) = planned(tests).phases
    assert [unit.tests for unit in phase.units] == [(0, 1), (2, 3)]
    assert not any(unit.sticky for unit in phase.units)


def test_what_took_long_begins_early_in_its_phase() -> None:
    """A phase does not begin sooner for it."""
    tests = [*some_tests(3, path="test_a.py"), *(a_test(n, "e2e") for n in (3, 4))]
    history = a_history(tests, 0.1, 0.1, 3.0, 0.1, 5.0)
    plan = planned(tests, a_phase("unit"), a_phase("e2e"), history=history)
    assert groups(plan) == [(2,), (0, 1), (4,), (3,)]
    assert [phase.seconds for phase in plan.phases] == [3.0, 5.0]


def test_tests_that_share_a_fixture_are_not_torn_apart() -> None:
    """They move together; what only a file holds together does not."""
    tests = [a_test(0), *(a_test(n, path="test_b.py", unit="fixture") for n in (1, 2, 3))]
    plan = planned(tests, history=a_history(tests, 0.0, 0.0, 0.0, 2.0))
    assert groups(plan) == [(1, 2, 3), (0,)]
    assert [unit.shares for unit in plan.phases[0].units] == [True, False]


def test_an_order_that_somebody_has_chosen_stays() -> None:
    """How long it takes is known all the same, and what to expect of each test."""
    tests = some_tests(3)
    plan = planned(tests, history=a_history(tests, 0.1, 0.1, 3.0), keep_order=True)
    assert groups(plan) == [(0,), (1,), (2,)]
    assert plan.phases[0].seconds == 3.0
    assert plan.forecast.seconds == (0.1, 0.1, 3.0)


def test_every_agent_runs_every_test_in_order() -> None:
    """With `each` nobody can be done sooner."""
    tests = some_tests(2)
    plan = planned(tests, history=a_history(tests, 0.1, 3.0), dist=Dist.EACH)
    assert groups(plan) == [(0,), (1,), (2,), (3,)]
    assert plan.phases[0].seconds == pytest.approx(3.1)


def test_a_position_stands_for_one_test_of_each_slot() -> None:
    """With `each` there are as many of it as agents."""
    assert planned(some_tests(3)).tests_at([2, 0]) == (2, 0)
    assert planned(some_tests(3), dist=Dist.EACH).tests_at([2, 0]) == (2, 0, 5, 3)
    assert planned([]).tests_at([]) == ()


def test_of_too_few_tests_nothing_is_predicted() -> None:
    """One of three; it begins early nevertheless."""
    tests = some_tests(3)
    plan = planned(tests, history=a_history(tests, None, None, 3.0, failed=[2]))
    assert plan.phases[0].seconds is None
    assert groups(plan)[0] == (2,)


def test_what_belongs_to_a_class_is_never_divided() -> None:
    """Its tests lean on each other; those of a module are divided for an idle agent."""
    tests = [a_test(n, path="test_a.py", unit="f@A", whole=True) for n in range(3)]
    tests += [a_test(n, path="test_a.py", unit="g@test_a.py") for n in range(3, 6)]
    (phase,) = planned(tests).phases
    assert [(unit.tests, unit.sticky) for unit in phase.units] == [
        ((0, 1, 2), True),
        ((3, 4, 5), False),
    ]


def test_what_is_kept_is_in_the_plan_and_in_no_phase() -> None:
    """Positions are those of the collection; a phase with nothing to run is none."""
    tests = [*some_tests(3), a_test(3, "e2e")]
    phases = (a_phase(), a_phase("e2e"))
    kept = {TestId(0): True, TestId(2): False, TestId(3): True}
    plan = build_plan(tests, some_settings(phases=phases), kept=kept)
    assert len(plan.tests) == plan.collected == 4
    assert [(phase.name, phase.tests) for phase in plan.phases] == [("unit", 1)]
    assert [unit.tests for phase in plan.phases for unit in phase.units] == [(1,)]
    nothing = build_plan(
        tests, some_settings(phases=phases), kept=dict.fromkeys(map(TestId, range(4)), False)
    )
    assert (nothing.phases, nothing.slots) == ((), ("gw0",))


def test_there_are_agents_for_all_copies_of_a_test() -> None:
    """As far as they were asked for."""
    for agents, most in ((2, 2), (8, 3)):
        plan = planned([a_test(0, copies=3)], agents=agents)
        assert (plan.phases[0].agents, len(plan.slots)) == (most, most)


def test_there_is_a_slot_for_what_only_some_agents_can_run() -> None:
    """Although one agent would be enough for so few tests."""
    there = ResourceSettings(capabilities=(Capability(name="gpu", slots=(SlotId("gw2"),)),))
    plan = planned([a_test(0, needs=Needs(capabilities=("gpu",)))], agents=4, resources=there)
    assert plan.slots == ("gw0", "gw1", "gw2")
    assert plan.phases[0].units[0].places == frozenset({SlotId("gw2")})
    assert plan.contention.needs == ()


def test_there_are_slots_for_preferred_agents() -> None:
    """Besides the one that collects. Where tests were dealt to the first ones these stay."""
    there = ResourceSettings(priorities={SlotId("gw1"): -1, SlotId("gw3"): 5})
    plan = planned(some_tests(3), agents=5, resources=there)
    assert plan.slots == ("gw0", "gw3", "gw2")
    assert plan.priorities == {"gw1": -1, "gw3": 5}
    dealt = planned(some_tests(3), agents=5, resources=there, dist=Dist.ROUND_ROBIN)
    assert dealt.slots == ("gw0", "gw1", "gw2")


def test_what_was_dealt_to_an_agent_has_it() -> None:
    """Also if the phase was divided into turns after that, of which none needs so many."""
    tests = [a_test(0), a_test(1), a_test(2, turn=1)]
    plan = planned(tests, agents=4, dist=Dist.ROUND_ROBIN)
    dealt = {unit.dealt for phase in plan.phases for unit in phase.units}
    assert dealt <= {*plan.slots}
    assert len(plan.slots) == 3
