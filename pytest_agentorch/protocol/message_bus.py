"""What everybody can do who sends messages: answer, and tell all. Public by its subclasses."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from pytest_agentorch.model.agent_entry import AgentEntry
from pytest_agentorch.model.agent_view import AgentStatus
from pytest_agentorch.model.letter import Letter, read_letter
from pytest_agentorch.model.message import CONTROLLER, EVERYONE, Message, Priority
from pytest_agentorch.protocol.agent_talk import status_of
from pytest_agentorch.protocol.letterhead import Letterhead, Urgency

Post = Callable[[Letter], None]
"""Sends a letter on its way."""
Find = Callable[[str | None, AgentStatus | None], Iterable[AgentEntry]]
"""Looks up agents."""


class MessageBus:
    """The end of the bus in one process."""

    def __init__(self, head: Letterhead, post: Post) -> None:
        self._head = head
        self._post = post

    @property
    def name(self) -> str:
        """The name of this end: `gw0`, ..., `controller`, or `master` without agents."""
        return self._head.name

    @property
    def agents(self) -> tuple[str, ...]:
        """The names of all agents of the run; not each need ever have anything to do."""
        return self._head.agents

    def broadcast(
        self, intent: str, payload: object = None, *, priority: Urgency = Priority.NORMAL
    ) -> Message:
        """Send to each agent of the run, this one too."""
        return self._send(self._head.write(EVERYONE, intent, payload, priority=priority))

    def reply(self, message: Message, payload: object = None) -> Message:
        """Answer a request."""
        return self._send(
            self._head.write(
                message.sender,
                message.intent,
                payload,
                priority=message.priority,
                reply_to=message.id,
            )
        )

    def _send(self, letter: Letter) -> Message:
        self._post(letter)
        return read_letter(letter)


class ControllerBus(MessageBus):
    """The bus as plugins have it in the controller: they are given it with each message.

    It may be used in all hooks of the controller, in its main thread.
    """

    def __init__(self, head: Letterhead, post: Post, find: Find) -> None:
        super().__init__(head, post)
        self._find = find

    def find(
        self, capability: str | None = None, status: AgentStatus | str | None = None
    ) -> tuple[AgentEntry, ...]:
        """Look up the agents that are there, the best match first.

        That is: free ones, then by priority, by how many tests they have, and by name.
        """
        return tuple(self._find(capability, status_of(status)))

    def send(
        self,
        to: str,
        intent: str,
        payload: object = None,
        *,
        priority: Urgency = Priority.NORMAL,
    ) -> Message:
        """Send to one agent.

        Raises:
            UnknownAgentError: there is no such agent.
            NotJsonError: JSON does not know the payload.
        """
        if to == CONTROLLER:
            raise ValueError("the controller need not send to itself")
        return self._send(self._head.write(to, intent, payload, priority=priority))
