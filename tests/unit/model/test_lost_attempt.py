"""An attempt that was lost with its agent."""

from __future__ import annotations

from pytest_agentorch.model.ids import AgentId, SlotId
from pytest_agentorch.model.lost_attempt import LostAttempt
from tests.unit.event_builders import SIGSEGV


def test_it_never_took_less_than_no_time() -> None:
    """Clocks of agents differ."""
    attempt = LostAttempt(
        agent=AgentId("gw0"), slot=SlotId("gw0"), status=SIGSEGV, output="", started=3.0, ended=2.0
    )
    assert attempt.seconds == 0.0
