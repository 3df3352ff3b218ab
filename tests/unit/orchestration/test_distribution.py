"""Which tests stay together, and where."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_agentorch.model.errors import SettingsError
from pytest_agentorch.model.ids import SlotId, TestId
from pytest_agentorch.model.settings import Dist
from pytest_agentorch.model.test import TestDescriptor
from pytest_agentorch.orchestration.distribution import units_of
from pytest_agentorch.orchestration.unit import Places, Unit
from tests.unit.orchestration.plans import a_test

GW0, GW1, GW2 = map(SlotId, ("gw0", "gw1", "gw2"))
FIRST, LAST = frozenset({GW0}), frozenset({GW1, GW2})


def in_files(count: int, **changes: Any) -> list[TestDescriptor]:
    """Tests, two per file."""
    return [a_test(n, path=f"test_{n // 2}.py", **changes) for n in range(count)]


def units(dist: Dist, rows: list[TestDescriptor], *places: Places, agents: int = 3) -> list[Unit]:
    """The units of a phase that has all tests."""
    return [*units_of(dist, [*map(TestId, range(len(rows)))], rows, places, agents)]


def parts(some: list[Unit]) -> list[tuple[int, ...]]:
    """The tests of units."""
    return [unit.tests for unit in some]


def test_in_turn_each_agent_gets_one() -> None:
    """Files and fixtures are no reason to stay together, groups and classes are."""
    rows = in_files(6)
    rows[2], rows[5] = (a_test(n, group="g") for n in (2, 5))
    dealt = units(Dist.ROUND_ROBIN, rows)
    assert parts(dealt) == [(0,), (1,), (2, 5), (3,), (4,)]
    assert [unit.dealt for unit in dealt] == [GW0, GW1, GW2, GW0, GW1]
    whole = units(Dist.ROUND_ROBIN, in_files(4, unit="fixture", whole=True))
    assert parts(whole) == [(0, 1, 2, 3)]


def test_in_turn_who_cannot_run_a_test_is_passed_over() -> None:
    """It is the next to get another."""
    dealt = units(Dist.ROUND_ROBIN, in_files(4), FIRST, FIRST, None, LAST)
    assert parts(dealt) == [(0,), (1,), (2,), (3,)]
    assert [unit.dealt for unit in dealt] == [GW0, GW0, GW1, GW2]
    assert [unit.places for unit in dealt] == [FIRST, FIRST, None, LAST]


def test_by_priority_each_test_is_for_itself() -> None:
    """So that any can be overtaken; groups cannot be cut."""
    rows = in_files(3)
    assert parts(units(Dist.PRIORITY, rows)) == [(0,), (1,), (2,)]
    assert parts(units(Dist.PRIORITY, in_files(3, group="g"))) == [(0, 1, 2)]


def test_by_capability_what_the_same_agents_can_run_is_together() -> None:
    """What the fewest can run is first, and what all can run stays with its neighbours."""
    some = units(Dist.CAPABILITY, in_files(6), None, LAST, FIRST, None, LAST, None)
    assert parts(some) == [(2,), (1, 4), (0,), (3,), (5,)]
    assert [unit.places for unit in some] == [FIRST, LAST, None, None, None]
    assert parts(units(Dist.CAPABILITY, in_files(4))) == [(0, 1), (2, 3)]


def test_neighbours_are_cut_where_other_agents_can_run_them() -> None:
    """Each part keeps its order."""
    some = units(
        Dist.BALANCED, [a_test(n, path="a.py") for n in range(4)], None, FIRST, None, FIRST
    )
    assert parts(some) == [(0, 2), (1, 3)]
    assert [unit.places for unit in some] == [None, FIRST]


def test_what_stays_together_runs_where_all_of_it_can() -> None:
    """A file that one test keeps on some agents."""
    (unit,) = units(Dist.FILE, in_files(2), None, LAST)
    assert (unit.tests, unit.places, unit.sticky) == ((0, 1), LAST, True)


def test_what_must_stay_together_and_cannot_is_an_error() -> None:
    """It says which test is in the way."""
    with pytest.raises(SettingsError, match=r"test_0.py::test_0 and 1 more must stay together"):
        units(Dist.FILE, in_files(2), FIRST, LAST)


def test_what_several_agents_are_to_run_is_a_unit_of_its_own() -> None:
    """Unless it must stay with others; it is dealt to nobody."""
    rows = [a_test(n, path="a.py", copies=3 if n == 1 else 1) for n in range(3)]
    some = units(Dist.BALANCED, rows)
    assert [(unit.tests, unit.copies, unit.pieces) for unit in some] == [
        ((1,), 3, 3),
        ((0, 2), 1, 2),
    ]
    assert [unit.dealt for unit in units(Dist.ROUND_ROBIN, rows)] == [GW0, None, GW1]
    assert [unit.copies for unit in units(Dist.FILE, rows)] == [1]
