"""An attempt to run a test that was lost with its agent."""

from __future__ import annotations

from pytest_agentorch.model.exit_status import ExitStatus
from pytest_agentorch.model.frozen import Frozen
from pytest_agentorch.model.ids import AgentId, SlotId


class LostAttempt(Frozen):
    """An attempt that ended with the life of its agent."""

    agent: AgentId
    slot: SlotId
    status: ExitStatus
    output: str
    started: float
    ended: float

    @property
    def seconds(self) -> float:
        """How long it ran."""
        return max(0.0, self.ended - self.started)
