"""Messages between agents, as tests and plugins see them. Public."""

from __future__ import annotations

import enum
from typing import Any

from pytest_agentorch.model.frozen import Frozen

CONTROLLER = "controller"
"""The name of the process that was started by the user."""
EVERYONE = "all"
"""What is sent to it is sent to each agent of the run."""
HANDOFF = "handoff"
ESCALATION = "escalation"


class Priority(enum.Enum):
    """How urgent a message is, the least urgent first."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    CRITICAL = "critical"


class Message(Frozen):
    """One message, as it was sent.

    Attributes:
        id: unlike that of any other message of the run.
        sender: the agent that has sent it, or `controller`.
        to: the agent that it is for, `controller`, or `all`.
        time: when it was sent, in seconds since the epoch.
        intent: what it is about, in a word of the suite's own.
        priority: how urgent it is.
        payload: what it says: anything that JSON knows.
        requires_ack: the sender is told when it has been received.
        reply_to: the id of the message that it answers; empty if it answers none.
    """

    id: str
    sender: str
    to: str
    time: float
    intent: str
    priority: Priority
    payload: Any
    requires_ack: bool
    reply_to: str


class Handoff(Frozen):
    """Work that one agent leaves to another.

    Attributes:
        reason: why.
        context: what the other one has to know.
        work_state: how far it has come.
    """

    reason: str
    context: Any
    work_state: Any

    @classmethod
    def of(cls, message: Message) -> Handoff:
        """Read it from a message with the intent `handoff`."""
        said = message.payload
        return cls(reason=said["reason"], context=said["context"], work_state=said["work_state"])


class Escalation(Frozen):
    """Something that a test cannot deal with; it is told at the end of the run.

    Attributes:
        severity: how bad it is.
        issue: what is wrong, in one line.
        context: what helps to understand it.
        tried: what was done about it, in vain.
    """

    severity: Priority
    issue: str
    context: Any
    tried: tuple[str, ...]

    @classmethod
    def of(cls, message: Message) -> Escalation:
        """Read it from a message with the intent `escalation`."""
        said = message.payload
        return cls(
            severity=Priority(said["severity"]),
            issue=said["issue"],
            context=said["context"],
            tried=tuple(said["tried"]),
        )
