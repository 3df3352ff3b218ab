"""Holds: for which tasks agents are held, and who waits for one. Pure.

A hold is between those who ask for agents: what an agent runs has nothing to do with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from pytest_agentorch.model.agent_entry import AgentEntry
from pytest_agentorch.model.agent_view import AgentStatus
from pytest_agentorch.model.frozen import Frozen, replace
from pytest_agentorch.model.ids import SlotId
from pytest_agentorch.orchestration.ability import who_has_what


class Ask(Frozen):
    """Somebody wants an agent for a task.

    Attributes:
        id: unlike that of any other.
        by: the process that asks; what it has ends with it.
        capability: what the agent must have; None if any will do.
    """

    id: str
    by: str
    task: str
    capability: str | None


class Granted(Frozen):
    """An agent is held for the task."""

    ask: Ask
    agent: str


class TaskInUse(Frozen):
    """Another one has the same task: two holds could not be told apart."""

    ask: Ask


class NobodyHas(Frozen):
    """No agent of the run has that capability; some may have others."""

    ask: Ask
    others: str


Answer = Granted | TaskInUse | NobodyHas


class Holds:
    """Knows who holds and who waits; who is there it asks.

    An agent that somebody waits for is held as soon as it is free, for whoever waits for longest.

    Args:
        able: what each agent of the run has, whether or not it is there.
        there: the agents that are.
    """

    def __init__(
        self, able: Mapping[SlotId, frozenset[str]], there: Callable[[], Iterable[AgentEntry]]
    ) -> None:
        self._able = able
        self._there = there
        self._held: dict[str, Ask] = {}
        self._waiting: list[Ask] = []

    def find(
        self, capability: str | None = None, status: AgentStatus | None = None
    ) -> list[AgentEntry]:
        """The agents that match, the best one first."""
        entries = (
            replace(one, task=self._held[one.name].task) if one.name in self._held else one
            for one in self._there()
        )
        return best_first(entries, capability, status)

    def ask(self, ask: Ask) -> list[Answer]:
        """Somebody wants an agent; nobody is answered who has to wait."""
        if any(other.task == ask.task for other in (*self._held.values(), *self._waiting)):
            return [TaskInUse(ask=ask)]
        if ask.capability is not None and not any(
            ask.capability in some for some in self._able.values()
        ):
            return [NobodyHas(ask=ask, others=who_has_what(self._able))]
        self._waiting.append(ask)
        return self.grant()

    def end(self, ask_id: str, by: str) -> list[Answer]:
        """Whoever has asked needs the agent no more, or does not wait any more."""
        return self._drop(lambda ask: (ask.id, ask.by) == (ask_id, by))

    def leave(self, by: str) -> list[Answer]:
        """A process is gone, and with it what it holds and what it waits for."""
        return self._drop(lambda ask: ask.by == by)

    def grant(self) -> list[Answer]:
        """Hold agents that are free for those who wait."""
        granted: list[Answer] = []
        for ask in tuple(self._waiting):
            best = next(iter(self.find(ask.capability)), None)
            if best is not None and best.is_free:
                self._waiting.remove(ask)
                self._held[best.name] = ask
                granted.append(Granted(ask=ask, agent=best.name))
        return granted

    def _drop(self, is_over: Callable[[Ask], bool]) -> list[Answer]:
        self._held = {agent: ask for agent, ask in self._held.items() if not is_over(ask)}
        self._waiting = [ask for ask in self._waiting if not is_over(ask)]
        return self.grant()


def best_first(
    entries: Iterable[AgentEntry],
    capability: str | None = None,
    status: AgentStatus | None = None,
) -> list[AgentEntry]:
    """Return those that match: free ones first, then by priority, load and name."""
    found = (
        one
        for one in entries
        if capability in (None, *one.capabilities) and status in (None, one.status)
    )
    return sorted(found, key=_rank)


def _rank(entry: AgentEntry) -> tuple[bool, int, int, int, str]:
    # By number: `gw2` before `gw10`.
    return (not entry.is_free, -entry.priority, entry.load, len(entry.name), entry.name)
