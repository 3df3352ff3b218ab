"""The order of moments: none lies before another that was told earlier, and none in the future.

What agents tell arrives late, and their clocks may differ from the one here.
"""

from __future__ import annotations

from collections.abc import Callable


class Timeline:
    """Gives each event its moment."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._begin = self._latest = clock()

    def now(self) -> float:
        """The moment of what happens here."""
        self._latest = max(self._latest, self._clock())
        return self._latest

    def place(self, at: float) -> float:
        """The moment of what happened at `at` by the clock of an agent."""
        self._latest = max(self._latest, min(at, self._clock()))
        return self._latest

    def begin(self, ended: float, seconds: float) -> tuple[float, float]:
        """When something began that took so long and ended then by the clock of an agent.

        Returns:
            When it began, and how long it took: no longer than there was time.
        """
        now = self._clock()
        took = min(max(0.0, seconds), max(0.0, now - self._begin))
        return max(self._begin, min(ended, now) - took), took
