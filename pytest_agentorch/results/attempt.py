"""One attempt of a test that was not its last, or that no agent lived to end. Pure."""

from __future__ import annotations

from pytest_agentorch.model.event import AgentLost, TestFinished
from pytest_agentorch.model.frozen import Frozen
from pytest_agentorch.model.ids import AgentId, SlotId


class Attempt(Frozen):
    """What became of it: it has failed, or lost its agent."""

    agent: AgentId
    slot: SlotId
    started: float
    ended: float
    message: str
    trace: str = ""
    stdout: str = ""
    stderr: str = ""

    @property
    def seconds(self) -> float:
        """How long it ran."""
        return max(0.0, self.ended - self.started)


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
