"""One attempt of a test that was not its last, or that no agent lived to end."""

from __future__ import annotations

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
