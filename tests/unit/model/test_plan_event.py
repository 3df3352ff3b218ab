"""The plan as an event."""

from __future__ import annotations

from pytest_agentorch.model import event as ev
from pytest_agentorch.model import plan_event


def test_it_belongs_to_the_one_vocabulary() -> None:
    """Whoever reads events need not know where it is kept."""
    assert ev.PlanMade is plan_event.PlanMade
