"""Attempts that gave no verdict."""

from __future__ import annotations

from pytest_agentorch.model.ids import AgentId, SlotId
from pytest_agentorch.results.attempt import Attempt, failed_attempt
from tests.unit.event_builders import finished


def test_it_never_takes_less_than_no_time() -> None:
    """Clocks of two processes may differ."""
    attempt = Attempt(
        agent=AgentId("gw0"), slot=SlotId("gw0"), started=5.0, ended=4.0, message="died"
    )
    assert attempt.seconds == 0.0


def test_a_failed_one_tells_what_its_verdict_would_have() -> None:
    """Message, traceback, output."""
    event = finished(0)
    attempt = failed_attempt(event, SlotId("gw0"))
    assert (attempt.message, attempt.trace) == (event.message, event.trace)
    assert attempt.seconds == event.seconds
