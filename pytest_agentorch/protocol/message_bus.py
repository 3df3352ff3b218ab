"""What everybody can do who sends messages: answer, and tell all. Public by its subclasses."""

from __future__ import annotations

from collections.abc import Callable

from pytest_agentorch.model.letter import Letter, read_letter
from pytest_agentorch.model.message import CONTROLLER, EVERYONE, Message, Priority
from pytest_agentorch.protocol.letterhead import Letterhead, Urgency

Post = Callable[[Letter], None]
"""Sends a letter on its way."""


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
