"""Pressure: how many agents may be busy at once while memory is short. Pure.

| when agents were looked at | so many may be busy |
|---|---|
| the machine is short, or the run has 95 % of its budget | one fewer than are, one at least |
| neither, the run has less than 85 % of it, for 3 s | one more, in the end all |
| in between | as many as before |

There is a second between two changes: what one has led to is to be seen first. What agents have
from their beginning is no matter of how many are busy: while none has notably more the budget does
not count. Forks share it, too, and it is counted in each.
"""

from __future__ import annotations

import math

from pytest_agentorch.model.event import AgentsSampled
from pytest_agentorch.model.memory_limit import NOTABLE_BYTES

SHORT_SHARE = 0.95
EASY_SHARE = 0.85
EASY_SECONDS = 3.0
PAUSE_SECONDS = 1.0


class Pressure:
    """Follows what is seen.

    Args:
        agents: how many there may be.
        budget: how many bytes the run may have; 0 for any.

    Attributes:
        allowed: so many may be busy at once; None for all.
        budget: as it was given.
    """

    def __init__(self, agents: int, budget: int) -> None:
        self._agents = agents
        self.budget = budget
        self._changed_at = self._not_easy_at = -math.inf
        self._least: float = math.inf
        self.allowed: int | None = None

    def look(self, event: AgentsSampled, busy: int) -> bool:
        """Take in how things are while so many agents are busy; say whether that changes much."""
        share = event.total / self.budget if self.budget and self._has_grown(event) else 0.0
        is_short = event.short or share >= SHORT_SHARE
        if is_short or share >= EASY_SHARE:
            self._not_easy_at = event.at
        before = self.allowed
        if event.at - self._changed_at >= PAUSE_SECONDS:
            if is_short:
                self.allowed = max(1, min(busy, self.allowed or self._agents) - 1)
            elif self.allowed is not None and event.at - self._not_easy_at >= EASY_SECONDS:
                self.allowed = self.allowed + 1 if self.allowed + 1 < self._agents else None
        if self.allowed == before:
            return False
        self._changed_at = event.at
        return True

    def _has_grown(self, event: AgentsSampled) -> bool:
        """Whether an agent has notably more than agents have at their beginning."""
        taken = [sample.memory for sample in event.samples]
        self._least = min(self._least, *taken, math.inf)
        return any(memory - self._least >= NOTABLE_BYTES for memory in taken)
