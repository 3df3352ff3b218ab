"""Who is given which tests, as events."""

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


class TestReassigned(Frozen):
    """A test that lost its agent will run once more, alone, on a fresh one."""

    __test__: ClassVar[bool] = False

    test: TestId
    agent: AgentId
    at: float


AssignmentNews = TestsAssigned | TestReassigned
