"""Waves: a phase may be cut into parts, each of which begins when the one before is over. Pure.

| `waves` of the phase | the last wave | the next one has |
|---|---|---|
| a number | | so many tests |
| `auto` | none | one test for each agent |
| `auto` | an agent was lost, or memory is short | half as many tests |
| `auto` | all else | as many as take 10 s at its pace, at most four times as many |

What must stay together is never cut.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from pytest_agentorch.model.ids import TestId

AUTO = 0
"""The size of a wave that nobody has given."""
WAVE_SECONDS = 10.0
_MOST_TIMES = 4


@dataclass(slots=True)
class Wave:
    """A wave that has begun.

    Attributes:
        number: from 1.
        losses: how many agents the run had lost before.
        over: whether nothing more comes of it.
    """

    number: int
    tests: tuple[TestId, ...]
    began: float
    losses: int
    over: bool = False

    def next_size(self, *, seconds: float, is_troubled: bool) -> int:
        """How many tests the next one has, if nobody says that, after so many seconds."""
        count = len(self.tests)
        if is_troubled:
            return max(1, count // 2)
        in_time = count * WAVE_SECONDS / seconds if seconds > 0 else math.inf
        return max(1, int(min(_MOST_TIMES * count, in_time)))
