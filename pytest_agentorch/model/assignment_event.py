"""Who has been given which tests, as an event."""

from __future__ import annotations

from typing import ClassVar

from pytest_agentorch.model.frozen import Frozen
from pytest_agentorch.model.ids import AgentId, TestId


class TestsAssigned(Frozen):
    """An agent has been given tests; it begins them one after the other."""

    __test__: ClassVar[bool] = False

    agent: AgentId
    tests: tuple[TestId, ...]
    at: float
