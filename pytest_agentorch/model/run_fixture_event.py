"""What may happen to the processes that set up run-scoped fixtures."""

from __future__ import annotations

from typing import ClassVar

from pytest_agentorch.model.exit_status import ExitStatus
from pytest_agentorch.model.frozen import Frozen
from pytest_agentorch.model.ids import AgentId, SlotId


class RunFixtureLost(Frozen):
    """A process of run-scoped fixtures ended before its time (incident `run-fixture-lost`).

    Attributes:
        fixtures: what it had set up, was setting up or tearing down.
        users: how many tests were still to use them.
    """

    slug: ClassVar[str] = "run-fixture-lost"

    fixtures: tuple[str, ...]
    agent: AgentId
    slot: SlotId
    status: ExitStatus
    output: str
    users: int
    at: float
