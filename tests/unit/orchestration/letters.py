"""Letters to route."""

from __future__ import annotations

from pytest_agentorch.model.letter import Letter
from pytest_agentorch.model.message import Priority


def letter(number: int, sender: str, to: str, *, requires_ack: bool = False) -> Letter:
    """The n-th letter of a sender."""
    return Letter(
        id=f"{sender}-{number}",
        sender=sender,
        to=to,
        time=0.0,
        intent="any",
        priority=Priority.NORMAL,
        body=str(number),
        requires_ack=requires_ack,
        reply_to="",
    )
