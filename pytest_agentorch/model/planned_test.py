"""A test as the plan has it."""

from __future__ import annotations

from pytest_agentorch.model.frozen import Frozen
from pytest_agentorch.model.ids import PhaseName, TestId


class PlannedTest(Frozen):
    """One row of the plan: `test` is the position of this row.

    Attributes:
        occurrence: how many tests of the same node id were collected before it.
    """

    test: TestId
    node_id: str
    phase: PhaseName
    reason: str
    path: str
    line: int | None
    keywords: tuple[str, ...]
    occurrence: int = 0
