"""Units by what their tests need."""

from __future__ import annotations

from pytest_agentorch.model.history import History
from pytest_agentorch.model.needs import NO_NEEDS, Needs, ResourceSettings
from pytest_agentorch.orchestration.plan import Plan
from pytest_agentorch.orchestration.plan_needs import default_memory, memory_of
from tests.unit.orchestration.plans import a_history, a_phase, a_test, planned, some_tests
from tests.unit.settings_builder import some_settings

MIB = 1 << 20
EXCLUSIVE = Needs(exclusive=True)
ASKED = some_settings(resources=ResourceSettings(memory=4096 * MIB))


def shape(plan: Plan) -> list[tuple[tuple[int, ...], int]]:
    """The tests of each unit, and how much memory it needs, in MiB."""
    return [(unit.tests, unit.memory // MIB) for unit in plan.phases[0].units]


def test_nobody_needs_anything() -> None:
    """Then nothing is kept of needs at all."""
    assert planned(some_tests(3)).needs == ()


def test_what_needs_something_waits_for_itself() -> None:
    """Its neighbours stay together."""
    tests = [a_test(n, path="test_a.py", needs=EXCLUSIVE if n == 1 else NO_NEEDS) for n in range(4)]
    plan = planned(tests)
    assert plan.needs == (NO_NEEDS, EXCLUSIVE, NO_NEEDS, NO_NEEDS)
    assert shape(plan) == [((0, 2, 3), 0), ((1,), 0)]


def test_what_must_stay_together_does() -> None:
    """Whatever some of it needs."""
    tests = [a_test(n, group="g", needs=EXCLUSIVE if n == 1 else NO_NEEDS) for n in range(4)]
    assert shape(planned(tests)) == [((0, 1, 2, 3), 0)]


def with_memory(*memory: int, budget: int, group: str = "") -> Plan:
    """Tests of one file with known peaks in MiB, for two agents."""
    tests = [a_test(n, path="test_a.py", group=group) for n in range(len(memory))]
    history = a_history(tests, memory=[peak * MIB for peak in memory])
    return planned(tests, history=history, resources=ResourceSettings(memory=budget * MIB))


def test_peaks_matter_where_memory_may_become_scarce() -> None:
    """Large tests wait apart, so that the small ones need no more than they do."""
    assert shape(with_memory(300, 800, 310, 2000, 900, budget=1500)) == [
        ((0, 2), 320),
        ((1, 4), 928),
        ((3,), 2048),
    ]
    assert shape(with_memory(300, 2000, budget=4000)) == [((0, 1), 0)]
    assert shape(with_memory(300, 2000, budget=0)) == [((0, 1), 0)]


def test_what_is_not_known_counts_as_usual() -> None:
    """Its neighbours are no measure if they are small."""
    assert shape(with_memory(300, 0, 900, budget=1000)) == [((0, 1), 0), ((2,), 928)]


def test_a_group_needs_what_its_largest_test_does() -> None:
    """It is one unit."""
    assert shape(with_memory(300, 900, 0, budget=1000, group="g")) == [((0, 1, 2), 928)]


def test_a_phase_that_was_configured_says_what_is_usual() -> None:
    """Else it is half a GiB."""
    assert default_memory(a_phase(), ASKED) == 512 * MIB
    assert default_memory(a_phase(configured=True, memory_per_agent=7), ASKED) == 7


def test_without_a_budget_all_agents_fit() -> None:
    """Each counts with its part of the memory at most."""
    small, large = some_settings(memory=800 * MIB), some_settings(memory=8000 * MIB)
    assert default_memory(a_phase(), small) == 400 * MIB
    assert default_memory(a_phase(), large) == 512 * MIB


def test_nothing_is_known_in_the_first_run() -> None:
    """Then there is nothing to cut units by."""
    there = ResourceSettings(memory=MIB)
    assert memory_of(some_tests(2), some_settings(resources=there), History()) == ()
