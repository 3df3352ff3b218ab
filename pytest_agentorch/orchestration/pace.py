"""How much work an agent has ahead: enough never to wait, little enough to take back."""

from __future__ import annotations

import math
from typing import NamedTuple

from pytest_agentorch.orchestration.forecast import Forecast
from pytest_agentorch.orchestration.hand import Hand

AHEAD_SECONDS = 0.1
MOST_TESTS = 256
MOST_CLAIMED = 64
_WEIGHT = 0.1


class Room(NamedTuple):
    """What may be added to a queue.

    Attributes:
        tests: so many.
        wait: none behind more than so many seconds of work.
        longest: none that takes longer, unless it is the first.
    """

    tests: int
    wait: float = math.inf
    longest: float = math.inf


class Pace:
    """The length of the agents' queues: about `AHEAD_SECONDS` of work, at most `MOST_TESTS`.

    It follows from the forecast. A test that is expected to take longer is neither queued, since
    another agent may be free sooner, nor is any queued behind it. Without a forecast the length is
    learnt from how long tests take, by an exponentially weighted mean, and at least one test.
    """

    def __init__(self, forecast: Forecast) -> None:
        self._forecast = forecast
        self._mean: float | None = None

    def learn(self, seconds: float) -> None:
        """Take in how long one test took."""
        if self._mean is None:
            self._mean = seconds
        self._mean += _WEIGHT * (seconds - self._mean)

    def room(self, hand: Hand) -> Room:
        """What to add to the queue of an agent: nothing while it is half full.

        An agent that runs out of the tests that it has claimed tears down what they share, so it
        gets them before anything is known of them.
        """
        queued = len(hand.queued)
        if self._forecast.seconds:
            return self._foreseen(hand, queued)
        target = self._target(len(hand.claimed))
        return Room(target - queued if queued <= target // 2 else 0)

    def _foreseen(self, hand: Hand, queued: int) -> Room:
        ahead = self._forecast.total(hand.queued)
        if queued > MOST_TESTS // 2 or ahead > AHEAD_SECONDS / 2:
            return Room(0)
        if hand.started is not None:
            ahead += self._forecast.seconds[hand.started]
        return Room(MOST_TESTS - queued, AHEAD_SECONDS - ahead, AHEAD_SECONDS)

    def _target(self, claimed: int) -> int:
        if self._mean is None:
            return max(2, min(MOST_CLAIMED, claimed))
        return max(1, min(MOST_TESTS, int(AHEAD_SECONDS / max(self._mean, 1e-6))))
