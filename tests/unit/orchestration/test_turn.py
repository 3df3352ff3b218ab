"""Tests of a later turn wait for those of the earlier ones."""

from __future__ import annotations

from pytest_agentorch.model.settings import Dist
from pytest_agentorch.orchestration.plan import Plan
from tests.unit.orchestration.plans import a_history, a_phase, a_test, planned

FIRST, SECOND = "test_a.py", "test_b.py"


def units(plan: Plan) -> dict[str, list[tuple[int, ...]]]:
    """The tests of each unit of each part, by the name of the part."""
    return {phase.name: [unit.tests for unit in phase.units] for phase in plan.phases}


def waits(plan: Plan) -> dict[str, set[str]]:
    """What each part waits for."""
    return {phase.name: set(phase.after) for phase in plan.phases}


def test_without_turns_nothing_is_divided() -> None:
    """One phase, no barrier."""
    (phase,) = planned([a_test(n) for n in range(3)]).phases
    assert (phase.name, phase.phase) == ("unit", "unit")
    assert not phase.barrier
    assert not phase.after


def test_a_later_turn_has_a_barrier() -> None:
    """A file with tests of both is divided; each part has at most as many agents as tests."""
    tests = [a_test(n, path=FIRST, turn=n % 2) for n in range(3)]
    plan = planned(tests)
    assert units(plan) == {"unit": [(0, 2)], "unit (turn 2)": [(1,)]}
    first, later = plan.phases
    assert (first.barrier, first.agents, first.tests) == (False, 2, 2)
    assert (later.barrier, later.agents, later.tests) == (True, 1, 1)
    assert later.phase == "unit"
    assert set(later.after) == {"unit"}
    assert plan.slots == ("gw0", "gw1")


def test_what_must_stay_together_waits_for_its_latest_turn() -> None:
    """A group, or a file with `--agents-dist=file`."""
    tests = [a_test(n, path=FIRST, group="g", turn=n) for n in range(2)]
    assert units(planned(tests)) == {"unit": [(0, 1)]}
    tests = [a_test(n, path=FIRST, turn=n) for n in range(2)] + [a_test(2, path=SECOND)]
    expected = {"unit": [(2,)], "unit (turn 2)": [(0, 1)]}
    assert units(planned(tests, dist=Dist.FILE)) == expected


def test_a_phase_without_a_first_turn_keeps_its_name() -> None:
    """Its tests still wait for what they would disturb."""
    table = (a_phase("unit"), a_phase("e2e", "unit"))
    plan = planned([a_test(0), a_test(1, "e2e", turn=1)], *table)
    assert units(plan) == {"unit": [(0,)], "e2e": [(1,)]}
    assert waits(plan)["e2e"] == {"unit"}


def test_turns_go_across_phases_without_a_barrier() -> None:
    """They have an order only: the first turn of the last is before the second of the first."""
    table = (a_phase("unit"), a_phase("integration", "unit"))
    tests = [
        a_test(0, turn=1),
        a_test(1),
        a_test(2, "integration"),
        a_test(3, "integration", turn=1),
    ]
    before = waits(planned(tests, *table))
    assert before["unit (turn 2)"] == {"unit", "integration"}
    assert before["integration (turn 2)"] == {"unit", "integration"}


def test_a_phase_with_a_barrier_has_turns_of_its_own() -> None:
    """And what waits for a phase waits for all its turns."""
    table = (a_phase("unit"), a_phase("e2e", "unit", configured=True))
    tests = [a_test(0), a_test(1, turn=1), a_test(2, "e2e"), a_test(3, "e2e", turn=1)]
    before = waits(planned(tests, *table))
    assert before["e2e"] == {"unit", "unit (turn 2)"}
    assert before["e2e (turn 2)"] == {"unit", "unit (turn 2)", "e2e"}
    assert before["unit (turn 2)"] == {"unit"}


def test_what_failed_or_is_long_begins_early_in_its_turn() -> None:
    """But not in an earlier one."""
    tests = [a_test(n, path=FIRST, turn=int(n > 2)) for n in range(5)]
    history = a_history(tests, 0.0, 0.0, 5.0, 0.0, 9.0, failed=[1])
    plan = planned(tests, history=history)
    assert units(plan) == {"unit": [(1,), (2,), (0,)], "unit (turn 2)": [(4,), (3,)]}
