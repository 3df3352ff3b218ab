"""How much work an agent has ahead: enough never to wait, little enough to take back."""

from __future__ import annotations

AHEAD_SECONDS = 0.1
MOST_TESTS = 256
MOST_CLAIMED = 64
_WEIGHT = 0.1


class Pace:
    """The length of the agents' queues, learnt from how long tests take.

    An exponentially weighted mean of the seconds per test; the queue holds about
    `AHEAD_SECONDS` of work, at least one test and at most `MOST_TESTS`.
    """

    def __init__(self) -> None:
        self._mean: float | None = None

    def learn(self, seconds: float) -> None:
        """Take in how long one test took."""
        if self._mean is None:
            self._mean = seconds
        self._mean += _WEIGHT * (seconds - self._mean)

    def wanted(self, queued: int, claimed: int = 0) -> int:
        """How many tests to add to a queue of this length: nothing while it is half full.

        Args:
            queued: how many are in it.
            claimed: how many more the agent is to have anyway. An agent that runs out of them
                tears down what they share, so it gets them before anything is known of them.
        """
        target = self._target(claimed)
        return target - queued if queued <= target // 2 else 0

    def _target(self, claimed: int) -> int:
        if self._mean is None:
            return max(2, min(MOST_CLAIMED, claimed))
        return max(1, min(MOST_TESTS, int(AHEAD_SECONDS / max(self._mean, 1e-6))))
