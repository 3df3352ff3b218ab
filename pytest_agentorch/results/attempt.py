"""From events to attempts. Pure."""

from __future__ import annotations

from pytest_agentorch.model.attempt import Attempt
from pytest_agentorch.model.event import AgentLost, TestFinished
from pytest_agentorch.model.ids import SlotId


def lost_attempt(event: AgentLost, started: float) -> Attempt:
    """The attempt that ended with its agent."""
    return Attempt(
        agent=event.agent,
        slot=event.slot,
        started=started,
        ended=event.at,
        message=f"agent {event.agent} was lost: {event.status}",
        stderr=event.output,
    )


def failed_attempt(event: TestFinished, slot: SlotId) -> Attempt:
    """The attempt that has failed."""
    return Attempt(
        agent=event.agent,
        slot=slot,
        started=event.started,
        ended=event.started + event.seconds,
        message=event.message,
        trace=event.trace,
        stdout=event.stdout,
        stderr=event.stderr,
    )
