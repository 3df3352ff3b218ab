"""What begins early, and what stays where it was."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_agentorch.model.ids import TestId
from pytest_agentorch.orchestration.forecast import Forecast
from pytest_agentorch.orchestration.order import (
    LONG_SHARE,
    by_priority,
    in_order,
    least_seconds,
)
from pytest_agentorch.orchestration.unit import Unit
from tests.unit.orchestration.plans import a_test


def unit(*tests: int, sticky: bool = False, shares: bool = False) -> Unit:
    """Tests that stay together."""
    return Unit(tests=tuple(map(TestId, tests)), sticky=sticky, shares=shares)


def forecast(*seconds: float, failed: tuple[int, ...] = ()) -> Forecast:
    """What tests take."""
    return Forecast(seconds=seconds, failed=frozenset(map(TestId, failed)))


def order(units: list[Unit], expected: Forecast, agents: int = 2) -> list[tuple[int, ...]]:
    """The tests of the units in order."""
    return [one.tests for one in in_order(units, expected, agents)]


FILES = [unit(0, 1, 2), unit(3, 4, 5)]


@pytest.mark.parametrize(
    ("expected", "then"),
    [
        # Nothing is known, or everything is alike.
        (forecast(), [(0, 1, 2), (3, 4, 5)]),
        (forecast(0.01, 0.01, 0.01, 0.01, 0.01, 0.01), [(0, 1, 2), (3, 4, 5)]),
        # Nobody notices a tenth of a second.
        (forecast(0.0, 0.0, 0.0, 0.0, 0.0, 0.1), [(0, 1, 2), (3, 4, 5)]),
        # A long test leaves its file, whose others stay together.
        (forecast(0.0, 0.0, 0.0, 0.0, 5.0, 0.0), [(4,), (0, 1, 2), (3, 5)]),
        (forecast(0.0, 2.0, 0.0, 0.0, 5.0, 0.0), [(4,), (1,), (0, 2), (3, 5)]),
        # Equals stay in collected order.
        (forecast(2.0, 2.0, 2.0, 2.0, 2.0, 2.0), [(0,), (1,), (2,), (3,), (4,), (5,)]),
        # What failed comes first, those of one file together.
        (forecast(*[0.01] * 6, failed=(4,)), [(4,), (0, 1, 2), (3, 5)]),
        (forecast(*[0.01] * 6, failed=(5, 3, 1)), [(1,), (3, 5), (0, 2), (4,)]),
        (forecast(0.0, 9.0, 0.0, 0.0, 0.0, 0.0, failed=(5,)), [(5,), (1,), (0, 2), (3, 4)]),
        (
            forecast(0.0, 9.0, 0.0, 4.0, 0.0, 5.0, failed=(3, 0)),
            [(3,), (0,), (1,), (5,), (2,), (4,)],
        ),
    ],
)
def test_what_is_long_or_failed_begins_early(
    expected: Forecast, then: list[tuple[int, ...]]
) -> None:
    """Everything else keeps its place."""
    assert order(FILES, expected) == then


def test_long_is_what_holds_up_the_end() -> None:
    """A second is long in a minute, and not in an hour."""
    tests = [unit(*range(100))]
    assert order(tests, forecast(*[0.5] * 99, 1.5))[0] == (99,)
    assert order(tests, forecast(*[0.5] * 99, 0.7)) == [tuple(range(100))]
    assert order([unit(*range(1000))], forecast(*[0.5] * 999, 1.5)) == [tuple(range(1000))]


def test_what_must_not_be_divided_begins_early_as_a_whole() -> None:
    """A group, or tests that share a fixture: it counts what they take together."""
    expected = forecast(0.0, 0.0, 0.5, 0.5, 0.9, 0.0)
    for units in (
        [unit(0, 1), unit(2, 3, sticky=True), unit(4), unit(5)],
        [unit(0, 1), unit(2, 3, shares=True), unit(4), unit(5)],
    ):
        assert order(units, expected) == [(2, 3), (4,), (0, 1), (5,)]
    failed = forecast(*[0.0] * 6, failed=(3,))
    assert order([unit(0, 1), unit(2, 3, sticky=True), unit(4)], failed) == [(2, 3), (0, 1), (4,)]


def test_one_agent_alone_keeps_the_order() -> None:
    """It would not be done sooner, and e2e tests may lean on each other."""
    assert order(FILES, forecast(*[0.0] * 5, 9.0, failed=(4,)), agents=1) == [(0, 1, 2), (3, 4, 5)]


def test_a_higher_priority_begins_before_whatever_is_long() -> None:
    """Equals are as they were: what failed, what is long, then in order."""
    rows = [a_test(n, priority=priority) for n, priority in enumerate([0, 5, 0, 5, -1])]
    units = by_priority([unit(0, 1, 2, 3, 4)], rows)
    assert [one.tests for one in units] == [(1, 3), (0, 2), (4,)]
    found = in_order(units, forecast(1.0, 1.0, 9.0, 9.0, 99.0), 2)
    assert [one.tests for one in found] == [(3,), (1,), (2,), (0,), (4,)]


def test_what_must_stay_whole_has_the_highest_priority_of_its_tests() -> None:
    """It moves as a whole."""
    rows = [a_test(n, priority=priority) for n, priority in enumerate([0, 0, 0, 5])]
    units = by_priority([unit(0, 1), unit(2, 3, sticky=True)], rows)
    assert [(one.tests, one.priority) for one in units] == [((2, 3), 5), ((0, 1), 0)]


def test_without_priorities_nothing_is_cut() -> None:
    """Units are what they were."""
    units = (unit(0, 1), unit(2, 3))
    assert by_priority(units, [a_test(n) for n in range(4)]) == units


def test_strictly_even_what_is_short_comes_after_what_takes_longer() -> None:
    """`--agents-dist=priority`: the longest first, to the very last."""
    units = [unit(n) for n in range(3)]
    seconds = forecast(0.01, 0.03, 0.02)
    assert [one.tests for one in in_order(units, seconds, 2)] == [(0,), (1,), (2,)]
    assert [one.tests for one in in_order(units, seconds, 2, strict=True)] == [(1,), (2,), (0,)]


@pytest.mark.parametrize(
    ("units", "agents", "least"),
    [
        ([unit(0, 1, 2, 3)], 2, 5.0),
        ([unit(0, 1, 2, 3)], 5, 4.0),
        ([unit(0, 1, 2, sticky=True), unit(3)], 2, 6.0),
        ([unit(0, 1, 2, shares=True), unit(3)], 2, 5.0),
        ([], 2, 0.0),
    ],
)
def test_how_long_it_takes_at_least(units: list[Unit], agents: int, least: float) -> None:
    """The share of each agent, or what only one can do."""
    assert least_seconds(units, forecast(1.0, 2.0, 3.0, 4.0), agents) == least


UNITS = st.lists(
    st.tuples(st.integers(1, 4), st.sampled_from(["file", "file", "fixture", "group"])), max_size=8
)


@given(UNITS, st.data(), st.integers(1, 4))
def test_nothing_is_lost_and_what_is_short_keeps_its_order(
    sizes: list[tuple[int, str]], data: st.DataObject, agents: int
) -> None:
    """Whatever is expected."""
    units, count = [], 0
    for size, kind in sizes:
        some = range(count, count + size)
        units.append(unit(*some, sticky=kind == "group", shares=kind == "fixture"))
        count += size
    durations = st.sampled_from([0.0, 0.01, 0.09, 0.2, 1.0, 30.0])
    seconds = data.draw(st.lists(durations, min_size=count, max_size=count))
    failed = data.draw(st.sets(st.integers(0, max(0, count - 1)), max_size=2)) if count else set()
    expected = forecast(*seconds, failed=tuple(failed))
    ordered = in_order(units, expected, agents)
    tests = [test for one in ordered for test in one.tests]
    assert sorted(tests) == [*range(count)]
    assert all(list(one.tests) == sorted(one.tests) for one in ordered)
    whole = {one.tests for one in units if one.sticky or one.shares}
    assert whole <= {one.tests for one in ordered}
    loose = {test for one in units if not one.sticky and not one.shares for test in one.tests}
    limit = max(0.1, LONG_SHARE * least_seconds(units, expected, agents))
    short = [test for test in tests if test in loose and seconds[test] <= limit]
    assert [t for t in short if t not in failed] == sorted(t for t in short if t not in failed)
