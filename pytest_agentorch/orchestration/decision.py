"""What one event led to, and the draft in which it is put together."""

from __future__ import annotations

from pytest_agentorch.model.event import Event
from pytest_agentorch.model.frozen import Frozen
from pytest_agentorch.orchestration.command import Command


class Decision(Frozen):
    """What one event led to: `events` are published first, then `commands` are performed."""

    events: tuple[Event, ...]
    commands: tuple[Command, ...]


class Draft:
    """A decision that is being made."""

    def __init__(self) -> None:
        self._events: list[Event] = []
        self._commands: list[Command] = []

    def publish(self, event: Event) -> None:
        """Add a fact."""
        self._events.append(event)

    def order(self, command: Command) -> None:
        """Add a wish."""
        self._commands.append(command)

    def decision(self) -> Decision:
        """Return what was decided, and begin a new draft."""
        decision = Decision(events=tuple(self._events), commands=tuple(self._commands))
        self._events.clear()
        self._commands.clear()
        return decision
