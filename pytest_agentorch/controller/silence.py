"""Silence: which agents have not been heard for a while. It is no reason to end them.

A test may let no other thread of its process run; what it has begun is in the agent's record.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pytest_agentorch.model.ids import AgentId

SECONDS = 2.0
"""An agent that was not heard for so long is looked after, and then again and again."""


class Silence:
    """Knows when each agent was heard or looked after last."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._latest: dict[AgentId, float] = {}

    @property
    def next_at(self) -> float | None:
        """When the next one has been silent for too long."""
        return min(self._latest.values()) + SECONDS if self._latest else None

    def heard(self, agent: AgentId) -> None:
        """It has said something."""
        self._latest[agent] = self._clock()

    def gone(self, agent: AgentId) -> None:
        """It will not say anything any more."""
        self._latest.pop(agent, None)

    def silent(self, at: float) -> Sequence[AgentId]:
        """Return those to look after now."""
        found = [agent for agent, latest in self._latest.items() if at >= latest + SECONDS]
        self._latest.update(dict.fromkeys(found, at))
        return found
