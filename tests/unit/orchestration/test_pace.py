"""How much an agent has ahead."""

from __future__ import annotations

from collections import deque

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_agentorch.model.ids import SlotId, TestId
from pytest_agentorch.orchestration.forecast import Forecast
from pytest_agentorch.orchestration.hand import Hand
from pytest_agentorch.orchestration.pace import AHEAD_SECONDS, MOST_TESTS, Pace, Room


def a_pace(*seconds: float) -> Pace:
    """A pace that has learnt."""
    pace = Pace(Forecast())
    for one in seconds:
        pace.learn(one)
    return pace


def wanted(pace: Pace, queued: int = 0, claimed: int = 0) -> int:
    """How many tests to add to so many."""
    room = pace.room(a_hand(queued=range(queued), claimed=range(claimed)))
    assert room == Room(room.tests)
    return room.tests


def a_hand(*, started: int | None = None, queued: object = (), claimed: object = ()) -> Hand:
    """What an agent has."""
    return Hand(
        slot=SlotId("gw0"),
        missing=frozenset(),
        started=None if started is None else TestId(started),
        queued=deque(queued),  # type: ignore[call-overload]
        claimed=deque(claimed),  # type: ignore[call-overload]
    )


def test_before_anything_is_known_it_is_two() -> None:
    """One to run and one to follow."""
    assert [wanted(a_pace(), queued) for queued in (0, 1, 2)] == [2, 1, 0]


def test_what_an_agent_has_claimed_it_gets_soon() -> None:
    """It shares fixtures, which an agent without a next test would tear down."""
    assert [wanted(a_pace(), 2, claimed) for claimed in (0, 2, 40, 1000)] == [0, 0, 38, 62]


@pytest.mark.parametrize(
    ("seconds", "tests"), [(60.0, 1), (0.1, 1), (0.02, 5), (0.001, 100), (0.0, MOST_TESTS)]
)
def test_an_empty_queue_gets_a_tenth_of_a_second(seconds: float, tests: int) -> None:
    """At least one test, and not without limit."""
    assert wanted(a_pace(seconds)) == tests


def test_a_queue_is_filled_up_when_it_is_half_empty() -> None:
    """Not a message for every test."""
    pace = a_pace(0.01)
    assert [wanted(pace, queued) for queued in (0, 5, 6, 10, 64)] == [10, 5, 0, 0, 0]


def test_one_long_test_does_not_make_all_of_them_long() -> None:
    """The mean follows slowly."""
    assert wanted(a_pace(0.01, 0.1)) == 5


@given(st.lists(st.floats(0, 1e6), max_size=20), st.integers(0, 100))
def test_a_queue_never_starves_and_never_overflows(seconds: list[float], queued: int) -> None:
    """Whatever tests take."""
    tests = wanted(a_pace(*seconds), queued)
    assert tests >= (1 if queued == 0 else 0)
    assert tests == 0 or queued + tests <= MOST_TESTS


SHORT, MEDIUM, LONG = range(3)


@pytest.mark.parametrize(
    ("hand", "room"),
    [
        (a_hand(), Room(MOST_TESTS, AHEAD_SECONDS, AHEAD_SECONDS)),
        # Behind a test that is expected to be long there is no room at all.
        (a_hand(started=LONG), Room(MOST_TESTS, AHEAD_SECONDS - 5.0, AHEAD_SECONDS)),
        (a_hand(started=MEDIUM), Room(MOST_TESTS, AHEAD_SECONDS - 0.04, AHEAD_SECONDS)),
        # What is half full is not filled up.
        (a_hand(queued=[MEDIUM]), Room(MOST_TESTS - 1, AHEAD_SECONDS - 0.04, AHEAD_SECONDS)),
        (a_hand(queued=[MEDIUM, MEDIUM]), Room(0)),
        (a_hand(queued=[LONG]), Room(0)),
        (a_hand(queued=[SHORT] * 128), Room(MOST_TESTS - 128, AHEAD_SECONDS, AHEAD_SECONDS)),
        (a_hand(queued=[SHORT] * 129), Room(0)),
    ],
)
def test_with_a_forecast_the_queue_is_as_long_as_expected(hand: Hand, room: Room) -> None:
    """However long tests turn out to be."""
    pace = Pace(Forecast(seconds=(0.0, 0.04, 5.0)))
    pace.learn(60.0)
    assert pace.room(hand) == room
