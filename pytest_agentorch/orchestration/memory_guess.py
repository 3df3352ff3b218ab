"""The memory guess: how much memory a test will probably need of which nobody has said it. Pure.

| what is known | it needs |
|---|---|
| its peak in earlier runs, or that of a test beside it | that |
| peaks in its file in this run | the largest and a tenth, the default at least |
| peaks elsewhere in this run | the same |
| nothing took notably more than agents have anyway | that and a tenth, the default at most |
| nothing | the default of its phase |
"""

from __future__ import annotations

from typing import Protocol

from pytest_agentorch.orchestration.unit import Unit

MARGIN = 1.1
"""What ran before was perhaps not the largest."""


class InFile(Protocol):
    """A test in a file."""

    @property
    def path(self) -> str:
        """The file."""


class MemoryGuess:
    """Learns within a run. What it says is rounded up, so that few numbers occur."""

    def __init__(self) -> None:
        self._by_file: dict[str, int] = {}
        self._largest = 0
        self._usual = 0

    def learn(self, row: InFile, memory: int) -> bool:
        """Take in the peak of one test, if that is notable; say whether guesses have changed."""
        guess = rounded(int(memory * MARGIN))
        if guess <= self._by_file.get(row.path, 0):
            return False
        self._by_file[row.path] = guess
        self._largest = max(self._largest, guess)
        return True

    def see(self, memory: int) -> bool:
        """Take in what agents have, of which no test has had more; say whether guesses change."""
        guess = rounded(int(memory * MARGIN))
        if self._largest or guess <= self._usual:
            return False
        self._usual = guess
        return True

    def of(self, row: InFile, unit: Unit, default: int) -> int:
        """Guess what a test of a unit needs."""
        if unit.memory or not self._largest:
            return unit.memory or self.most(default)
        return max(default, self._by_file.get(row.path) or self._largest)

    def most(self, default: int) -> int:
        """Guess what any test may need of which nothing is known."""
        if self._usual and not self._largest:
            return min(default, self._usual)
        return max(default, self._largest)


def rounded(memory: int) -> int:
    """Round up by less than a sixteenth."""
    step = 1 << max(0, memory.bit_length() - 5)
    return -(-memory // step) * step
