"""Silence: which agents have not been heard for a while. It is no reason to end them.

Each has a heart that beats, but a test may let no other thread of its process run; what it has
begun is in the agent's record.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from pytest_agentorch.model.ids import AgentId

SECONDS = 2.0
"""An agent that was not heard for so long is looked after, and then again and again."""
_WORTH_TELLING_SECONDS = 5.0


class Silence:
    """Knows when each agent was heard and looked after last."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._heard: dict[AgentId, float] = {}
        self._minded: dict[AgentId, float] = {}

    @property
    def next_at(self) -> float | None:
        """When the next one is to be looked after."""
        return min(self._minded.values()) + SECONDS if self._minded else None

    @property
    def long(self) -> Mapping[AgentId, float]:
        """For how many seconds agents have been silent, as far as that is worth telling."""
        now = self._clock()
        silent = {agent: now - at for agent, at in self._heard.items()}
        return {a: seconds for a, seconds in silent.items() if seconds >= _WORTH_TELLING_SECONDS}

    def heard(self, agent: AgentId) -> None:
        """It has said something."""
        self._heard[agent] = self._minded[agent] = self._clock()

    def gone(self, agent: AgentId) -> None:
        """It will not say anything any more."""
        self._heard.pop(agent, None)
        self._minded.pop(agent, None)

    def silent(self, at: float) -> Sequence[AgentId]:
        """Return those to look after now."""
        found = [agent for agent, minded in self._minded.items() if at >= minded + SECONDS]
        self._minded.update(dict.fromkeys(found, at))
        return found
