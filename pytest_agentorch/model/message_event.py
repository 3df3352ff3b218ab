"""What is told of messages at the end of a run, as events; the messages themselves are none."""

from __future__ import annotations

from typing import ClassVar

from pytest_agentorch.model.frozen import Frozen
from pytest_agentorch.model.ids import SlotId


class EscalationRaised(Frozen):
    """A test has asked for somebody's attention (incident `escalation`).

    Attributes:
        severity: `low`, `normal`, `high` or `critical`.
        context: what the test has given with it, as JSON.
        tried: what was done about it.
    """

    slug: ClassVar[str] = "escalation"

    slot: SlotId
    severity: str
    issue: str
    context: str
    tried: tuple[str, ...]
    at: float


class MailboxFull(Frozen):
    """Too much waits for an agent that does not receive it (incident `mailbox-full`).

    Told once for each mailbox; what comes while it is full is refused.

    Attributes:
        sender, intent: of the first message that was refused.
    """

    slug: ClassVar[str] = "mailbox-full"

    slot: SlotId
    sender: str
    intent: str
    at: float


class MessageNotReceived(Frozen):
    """The run is over and nobody has received what requires it (incident `message-not-received`).

    Attributes:
        sender, intent: of the first one.
        count: how many there are for this mailbox.
    """

    slug: ClassVar[str] = "message-not-received"

    slot: SlotId
    sender: str
    intent: str
    count: int
    at: float


class MessageHookFailed(Frozen):
    """A plugin has raised when it was given a message (incident `message-hook-failed`)."""

    slug: ClassVar[str] = "message-hook-failed"

    sender: str
    intent: str
    error: str
    at: float


MessageIncident = EscalationRaised | MailboxFull | MessageNotReceived | MessageHookFailed
