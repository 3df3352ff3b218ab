"""What decides whether a test need not run."""

from __future__ import annotations

from pytest_agentorch.model.record import lift, lower
from pytest_agentorch.model.reuse import ReuseSettings, ReuseTask


def test_an_agent_is_told_all_of_it() -> None:
    """As values, which cross the wire."""
    task = ReuseTask(settings=ReuseSettings(paths=("data",), env=("REGION",)), by_name=True)
    assert lift(ReuseTask, lower(task)) == task
