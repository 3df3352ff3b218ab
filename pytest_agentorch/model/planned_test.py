"""A test as the plan has it."""

from __future__ import annotations

from dataclasses import dataclass

from pytest_agentorch.model.ids import PhaseName, TestId


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedTest:
    """One row of the plan: `test` is the position of this row."""

    test: TestId
    node_id: str
    phase: PhaseName
    reason: str
    path: str
    line: int | None
    keywords: tuple[str, ...]
