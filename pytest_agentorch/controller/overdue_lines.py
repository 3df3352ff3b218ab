"""Tests that take long, told while they run: nobody waits for the end to learn that one hangs."""

from __future__ import annotations

import pytest

from pytest_agentorch.controller.interlude import write_between
from pytest_agentorch.model.event import Event, StacksTaken, TestOverdue
from pytest_agentorch.orchestration.plan import Plan

_MOST_LINES = 40


class OverdueLines:
    """Writes a line for each, and then what its agent does."""

    name = "overdue"
    wants = (TestOverdue, StacksTaken)

    def __init__(self, config: pytest.Config, plan: Plan) -> None:
        self._config = config
        self._plan = plan

    def on_event(self, event: Event) -> None:
        """Take note of one event."""
        match event:
            case TestOverdue():
                node_id = self._plan.tests[event.test].node_id
                what = f"! {node_id} has run for {event.seconds:.0f} s on {event.agent}"
                write_between(self._config, [f"{what}  [{event.slug}]"])
            case StacksTaken():
                lines = event.stacks.splitlines()
                more = [f"  ... and {len(lines) - _MOST_LINES} lines more in the report"]
                shown = [f"  {line}" for line in lines[:_MOST_LINES]]
                write_between(self._config, shown + (more if len(lines) > _MOST_LINES else []))
            case _:
                pass
