"""What is to be expected of tests."""

from __future__ import annotations

import pytest

from pytest_agentorch.model.history import History
from pytest_agentorch.model.ids import TestId
from pytest_agentorch.orchestration.forecast import Forecast, foresee
from tests.unit.orchestration.plans import a_history, a_test


def ids(*tests: int) -> list[TestId]:
    """Test ids."""
    return [*map(TestId, tests)]


def test_without_history_nothing_is_expected() -> None:
    """Not even nothing."""
    forecast = foresee([a_test(0)], History())
    assert forecast == Forecast()
    assert forecast.total(ids(0)) == 0.0
    assert not forecast.covers(ids(0))


@pytest.mark.parametrize(
    ("past", "expected"),
    [
        ([1.0, 2.0, 3.0, 4.0], (1.0, 2.0, 3.0, 4.0)),
        ([1.0, 3.0, 9.0, None], (1.0, 3.0, 9.0, 3.0)),
        ([None, 3.0, None, None], (3.0, 3.0, 3.0, 3.0)),
        ([None, 0.0, None, 0.0], (0.0, 0.0, 0.0, 0.0)),
    ],
)
def test_a_test_that_never_ran_takes_as_long_as_others(
    past: list[float | None], expected: tuple[float, ...]
) -> None:
    """All in one file: the median."""
    rows = [a_test(n, path="test_a.py") for n in range(4)]
    assert foresee(rows, a_history(rows, *past)).seconds == expected


def test_its_own_file_is_the_better_measure() -> None:
    """Where it has one that is known."""
    paths = ["test_a.py", "test_a.py", "test_b.py", "test_b.py", "test_b.py", "test_c.py"]
    rows = [a_test(number, path=path) for number, path in enumerate(paths)]
    forecast = foresee(rows, a_history(rows, 1.0, None, 5.0, 7.0, None, None))
    assert forecast.seconds == (1.0, 1.0, 5.0, 7.0, 7.0, 5.0)
    assert forecast.guessed == {1, 4, 5}


def test_tests_of_one_name_are_told_apart() -> None:
    """The same file given twice."""
    rows = [a_test(0, occurrence=number) for number in range(2)]
    forecast = foresee(rows, a_history(rows, 1.0, 2.0, failed=[1]))
    assert forecast.seconds == (1.0, 2.0)
    assert forecast.failed == {1}


def test_it_covers_what_has_mostly_run() -> None:
    """Half is enough."""
    rows = [a_test(number) for number in range(4)]
    forecast = foresee(rows, a_history(rows, 1.0, 1.0))
    assert forecast.covers(ids(0, 1, 2, 3))
    assert not forecast.covers(ids(1, 2, 3))
    assert forecast.total(ids(1, 3)) == 2.0
