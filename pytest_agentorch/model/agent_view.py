"""An agent process as somebody sees it who looks at a run while it goes on."""

from __future__ import annotations

import enum

from pytest_agentorch.model.frozen import Frozen
from pytest_agentorch.model.ids import AgentId, SlotId, TestId


class AgentStatus(enum.Enum):
    """Where an agent is in its life, in the words of the registry."""

    REGISTERED = "registered"
    """It starts, or collects."""
    RECOVERING = "recovering"
    """The same in the place of one that was lost."""
    ACTIVE = "active"
    DRAINING = "draining"
    """It runs what it has, if anything, and ends its session."""
    FAILED = "failed"
    TERMINATED = "terminated"


class AgentView(Frozen):
    """One agent that lives.

    Attributes:
        test: what it runs; None for nothing.
        since: when that began, in seconds since the epoch.
        queued: what it has besides and has not begun.
    """

    agent: AgentId
    slot: SlotId
    status: AgentStatus
    test: TestId | None = None
    since: float = 0.0
    queued: tuple[TestId, ...] = ()

    @property
    def tests(self) -> tuple[TestId, ...]:
        """All that it has."""
        return self.queued if self.test is None else (self.test, *self.queued)
