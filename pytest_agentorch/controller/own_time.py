"""How long the controller has computed since there was a plan."""

from __future__ import annotations

from pytest_agentorch.model.event import Event, RunFinished
from pytest_agentorch.model.frozen import replace
from pytest_agentorch.system.clock import CPU_CLOCK


class OwnTime:
    """Begins when it is made."""

    def __init__(self) -> None:
        self._began = CPU_CLOCK.own()

    def measured(self, event: Event) -> Event:
        """Add it to the end of a run; other events stay as they are."""
        if not isinstance(event, RunFinished):
            return event
        return replace(event, controller_seconds=round(CPU_CLOCK.own() - self._began, 6))
