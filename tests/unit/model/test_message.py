"""Messages as tests see them."""

from __future__ import annotations

from typing import Any

from pytest_agentorch.model.message import Escalation, Handoff, Message, Priority


def message(payload: Any) -> Message:
    """One with this payload."""
    return Message(
        id="gw0-1",
        sender="gw0",
        to="gw1",
        time=1.0,
        intent="any",
        priority=Priority.NORMAL,
        payload=payload,
        requires_ack=False,
        reply_to="",
    )


def test_priorities_are_in_order() -> None:
    """The least urgent first."""
    assert [one.value for one in Priority] == ["low", "normal", "high", "critical"]


def test_a_handoff_is_read() -> None:
    """Reason, context, and how far the work has come."""
    said = {"reason": "the lamp is on gw1", "context": {"lamp": 3}, "work_state": [1, 2]}
    read = Handoff.of(message(said))
    assert (read.reason, read.context, read.work_state) == (
        "the lamp is on gw1",
        {"lamp": 3},
        [1, 2],
    )


def test_an_escalation_is_read() -> None:
    """Severity, issue, context, and what was tried."""
    said = {"severity": "high", "issue": "no space", "context": None, "tried": ["to wait"]}
    assert Escalation.of(message(said)) == Escalation(
        severity=Priority.HIGH, issue="no space", context=None, tried=("to wait",)
    )
