"""Incidents about messages, told in one sentence each. Pure."""

from __future__ import annotations

from typing import assert_never

from pytest_agentorch.model.message_event import (
    EscalationRaised,
    MailboxFull,
    MessageHookFailed,
    MessageIncident,
    MessageNotReceived,
)

_MOST_CONTEXT = 200


def sentence(event: MessageIncident) -> str:
    """Tell what happened."""
    match event:
        case EscalationRaised():
            return escalation(event)
        case MailboxFull():
            return (
                f"too much waits for {event.slot} that nobody there receives: {event.intent!r} "
                f"of {event.sender} was refused, and what came after it"
            )
        case MessageNotReceived():
            more = f", and {event.count - 1} more" if event.count > 1 else ""
            return f"nobody on {event.slot} has received {event.intent!r} of {event.sender}{more}"
        case MessageHookFailed():
            return f"a plugin has failed with {event.intent!r} of {event.sender}: {event.error}"
        case _:
            assert_never(event)


def escalation(event: EscalationRaised) -> str:
    """Tell what a test has escalated."""
    tried = f"; tried: {', '.join(event.tried)}" if event.tried else ""
    context = event.context
    if len(context) > _MOST_CONTEXT:
        context = context[:_MOST_CONTEXT] + "..."
    about = f" ({context})" if context not in ("", "null") else ""
    return f"{event.slot} escalated, {event.severity}: {event.issue}{about}{tried}"
