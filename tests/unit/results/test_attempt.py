"""Attempts that gave no verdict."""

from __future__ import annotations

from pytest_agentorch.model.ids import SlotId
from pytest_agentorch.results.attempt import failed_attempt
from tests.unit.event_builders import finished


def test_a_failed_one_tells_what_its_verdict_would_have() -> None:
    """Message, traceback, output."""
    event = finished(0)
    attempt = failed_attempt(event, SlotId("gw0"))
    assert (attempt.message, attempt.trace) == (event.message, event.trace)
    assert attempt.seconds == event.seconds
