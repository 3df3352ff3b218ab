"""Tests that stay together."""

from __future__ import annotations

from pytest_agentorch.model.frozen import replace
from pytest_agentorch.model.ids import TestId
from pytest_agentorch.orchestration.unit import Unit


def test_only_what_may_be_split_can_be_divided_among_agents() -> None:
    """A sticky unit is for one agent, also if its tests share nothing."""
    tests = (TestId(0), TestId(1))
    assert Unit(tests=tests).pieces == 2
    assert Unit(tests=tests, shares=True).pieces == 2
    assert Unit(tests=tests, sticky=True).pieces == 1


def test_a_part_of_it_is_all_of_it_if_it_is_never_split() -> None:
    """If there is anything of it."""
    unit = Unit(tests=tuple(map(TestId, (1, 2, 3))), priority=5)
    assert unit.part({TestId(3), TestId(1), TestId(9)}) == replace(unit, tests=(1, 3))
    assert unit.part({TestId(9)}) is None
    whole = replace(unit, sticky=True)
    assert whole.part({TestId(3)}) is whole
    assert whole.part(set()) is None
