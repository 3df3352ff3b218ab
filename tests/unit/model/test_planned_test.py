"""A row of the plan."""

from __future__ import annotations

from pytest_agentorch.model.planned_test import PlannedTest
from pytest_agentorch.model.record import lift, lower
from tests.unit.event_builders import planned


def test_a_row_survives_the_log() -> None:
    """It is plain data: what is written is what is read."""
    row = planned(0)
    assert lift(PlannedTest, lower(row)) == row
