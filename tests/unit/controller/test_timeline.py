"""Moments in order, whatever agents tell."""

from __future__ import annotations

import math

import pytest

from pytest_agentorch.controller.timeline import Timeline


class Hand:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        """The moment."""
        return self.now


@pytest.fixture
def clock() -> Hand:
    """It begins at 100."""
    return Hand()


def test_a_moment_is_placed_where_it_belongs(clock: Hand) -> None:
    """An agent tells it a little later."""
    line = Timeline(clock)
    clock.now = 110.0
    assert line.place(107.0) == 107.0
    assert line.place(109.0) == 109.0
    assert line.now() == 110.0


def test_none_lies_before_another_that_was_told_earlier(clock: Hand) -> None:
    """Batches of two agents arrive as they like."""
    line = Timeline(clock)
    clock.now = 110.0
    assert [line.place(at) for at in (107.0, 105.0, 108.0)] == [107.0, 107.0, 108.0]
    clock.now = 90.0
    assert line.now() == 108.0


@pytest.mark.parametrize("at", [0.0, -5.0, -math.inf, math.nan])
def test_none_lies_before_the_beginning(clock: Hand, at: float) -> None:
    """The clock of the agent was set back, or is none."""
    line = Timeline(clock)
    clock.now = 110.0
    assert line.place(at) == 100.0


@pytest.mark.parametrize("at", [111.0, 1e18, math.inf])
def test_none_lies_in_the_future(clock: Hand, at: float) -> None:
    """What has been told has happened."""
    line = Timeline(clock)
    clock.now = 110.0
    assert line.place(at) == 110.0


@pytest.mark.parametrize(
    ("ended", "seconds", "begin"),
    [
        (108.0, 3.0, (105.0, 3.0)),
        (108.0, 0.0, (108.0, 0.0)),
        (108.0, -1.0, (108.0, 0.0)),
        (108.0, 1e9, (100.0, 10.0)),
        (0.0, 3.0, (100.0, 3.0)),
        (1e9, 3.0, (107.0, 3.0)),
        (math.inf, math.inf, (100.0, 10.0)),
        (108.0, math.nan, (108.0, 0.0)),
    ],
)
def test_what_took_time_took_no_more_than_there_was(
    clock: Hand, ended: float, seconds: float, begin: tuple[float, float]
) -> None:
    """And never less than none."""
    line = Timeline(clock)
    clock.now = 110.0
    assert line.begin(ended, seconds) == begin
