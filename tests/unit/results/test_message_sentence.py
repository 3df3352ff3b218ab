"""Incidents about messages."""

from __future__ import annotations

import pytest

from pytest_agentorch.model.ids import SlotId
from pytest_agentorch.model.message_event import (
    EscalationRaised,
    MailboxFull,
    MessageHookFailed,
    MessageIncident,
    MessageNotReceived,
)
from pytest_agentorch.results.message_sentence import sentence

GW1 = SlotId("gw1")
FULL = (
    "too much waits for gw1 that nobody there receives: 'price' of gw0 was refused, and what "
    "came after it"
)


def raised(context: str = "null", tried: tuple[str, ...] = ()) -> EscalationRaised:
    """An escalation of gw1."""
    return EscalationRaised(
        slot=GW1, severity="high", issue="no space", context=context, tried=tried, at=0.0
    )


@pytest.mark.parametrize(
    ("event", "told"),
    [
        (raised(), "gw1 escalated, high: no space"),
        (
            raised('{"free":0}', ("to wait", "to tidy")),
            'gw1 escalated, high: no space ({"free":0}); tried: to wait, to tidy',
        ),
        (
            MailboxFull(slot=GW1, sender="gw0", intent="price", at=0.0),
            FULL,
        ),
        (
            MessageNotReceived(slot=GW1, sender="gw0", intent="price", count=1, at=0.0),
            "nobody on gw1 has received 'price' of gw0",
        ),
        (
            MessageNotReceived(slot=GW1, sender="gw0", intent="price", count=3, at=0.0),
            "nobody on gw1 has received 'price' of gw0, and 2 more",
        ),
        (
            MessageHookFailed(sender="gw0", intent="price", error="KeyError('x')", at=0.0),
            "a plugin has failed with 'price' of gw0: KeyError('x')",
        ),
    ],
)
def test_each_is_told_in_a_sentence(event: MessageIncident, told: str) -> None:
    """Who, what, and what was done about it."""
    assert sentence(event) == told


def test_a_long_context_is_cut() -> None:
    """All of it is in the event log."""
    assert sentence(raised("x" * 1000)).endswith("x" * 200 + "...)")
