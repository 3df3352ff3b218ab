"""Attempts that gave no verdict."""

from __future__ import annotations

from pytest_agentorch.model.attempt import Attempt
from pytest_agentorch.model.ids import AgentId, SlotId


def test_it_never_takes_less_than_no_time() -> None:
    """Clocks of two processes may differ."""
    attempt = Attempt(
        agent=AgentId("gw0"), slot=SlotId("gw0"), started=5.0, ended=4.0, message="died"
    )
    assert attempt.seconds == 0.0
