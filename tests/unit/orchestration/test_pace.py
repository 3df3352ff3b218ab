"""How much an agent has ahead."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_agentorch.orchestration.pace import MOST_TESTS, Pace


def a_pace(*seconds: float) -> Pace:
    """A pace that has learnt."""
    pace = Pace()
    for one in seconds:
        pace.learn(one)
    return pace


def test_before_anything_is_known_it_is_two() -> None:
    """One to run and one to follow."""
    assert [Pace().wanted(queued) for queued in (0, 1, 2)] == [2, 1, 0]


def test_what_an_agent_has_claimed_it_gets_soon() -> None:
    """It shares fixtures, which an agent without a next test would tear down."""
    assert [Pace().wanted(2, claimed) for claimed in (0, 2, 40, 1000)] == [0, 0, 38, 62]


@pytest.mark.parametrize(
    ("seconds", "wanted"), [(60.0, 1), (0.1, 1), (0.02, 5), (0.001, 100), (0.0, MOST_TESTS)]
)
def test_an_empty_queue_gets_a_tenth_of_a_second(seconds: float, wanted: int) -> None:
    """At least one test, and not without limit."""
    assert a_pace(seconds).wanted(0) == wanted


def test_a_queue_is_filled_up_when_it_is_half_empty() -> None:
    """Not a message for every test."""
    pace = a_pace(0.01)
    assert [pace.wanted(queued) for queued in (0, 5, 6, 10, 64)] == [10, 5, 0, 0, 0]


def test_one_long_test_does_not_make_all_of_them_long() -> None:
    """The mean follows slowly."""
    assert a_pace(0.01, 0.1).wanted(0) == 5


@given(st.lists(st.floats(0, 1e6), max_size=20), st.integers(0, 100))
def test_a_queue_never_starves_and_never_overflows(seconds: list[float], queued: int) -> None:
    """Whatever tests take."""
    wanted = a_pace(*seconds).wanted(queued)
    assert wanted >= (1 if queued == 0 else 0)
    assert wanted == 0 or queued + wanted <= MOST_TESTS
