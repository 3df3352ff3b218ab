"""What a sender holds of a message that it has sent. Public."""

from __future__ import annotations

from pytest_agentorch.model.coordination_error import (
    AgentBusError,
    MessageRefusedError,
    NoMessageError,
)
from pytest_agentorch.model.letter import Letter, read_letter
from pytest_agentorch.model.message import Message
from pytest_agentorch.system.native import Event


class Sent:
    """A message that was sent."""

    def __init__(self, letter: Letter) -> None:
        self._letter = letter
        self._settled = Event()
        self._problem = ""

    @property
    def message(self) -> Message:
        """The message."""
        return read_letter(self._letter)

    @property
    def problem(self) -> str:
        """Why it will not be received, or not be answered; empty if nothing is known."""
        return self._problem

    def wait(self, timeout: float = 5.0) -> None:
        """Wait until it has been received.

        Raises:
            MessageRefusedError: it will not be.
            NoMessageError: not in so many seconds.
            AgentBusError: nobody was asked to say so.
        """
        letter = self._letter
        if not letter.requires_ack:
            raise AgentBusError(
                f"nobody says whether {letter.intent!r} was received: send it with "
                "requires_ack=True. [bad-message]"
            )
        if not self._settled.wait(timeout):
            raise NoMessageError(
                f"{letter.to} has not received {letter.intent!r} within {timeout:g} s. [no-message]"
            )
        self.check()

    def check(self) -> None:
        """Raise what is known to be wrong with it.

        Raises:
            MessageRefusedError: it will not be received, or not be answered.
        """
        if self._problem:
            raise MessageRefusedError(
                f"{self._letter.intent!r}: {self._problem}. [message-refused]"
            )

    def settle(self, problem: str) -> None:
        """Take note of what has become of it."""
        self._problem = problem
        self._settled.set()
