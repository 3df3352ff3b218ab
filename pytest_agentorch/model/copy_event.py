"""What becomes of copies of a test that several agents run at once."""

from __future__ import annotations

from pytest_agentorch.model.frozen import Frozen
from pytest_agentorch.model.ids import AgentId, TestId


class CopyEnded(Frozen):
    """An agent has ended a copy of a test that another had a result of before.

    Attributes:
        seconds: how long it ran.
    """

    agent: AgentId
    test: TestId
    seconds: float
    at: float
