"""What decides whether a test need not run."""

from __future__ import annotations

from pytest_agentorch.model.record import lift, lower
from pytest_agentorch.model.reuse import ReuseSettings, ReuseTask


def test_an_agent_is_told_all_of_it() -> None:
    """As values, which cross the wire."""
    settings = ReuseSettings(paths=("data",), env=("REGION",))
    task = ReuseTask(settings=settings, by_name=True, began=7.5)
    assert lift(ReuseTask, lower(task)) == task
