"""Incidents about memory, told in one sentence each. Pure."""

from __future__ import annotations

from pytest_agentorch.model.memory_event import (
    MemoryExceeded,
    MemoryIncident,
    MemoryShort,
    SoftLimitLow,
)
from pytest_agentorch.model.memory_limit import too_much
from pytest_agentorch.model.size import size


def sentence(event: MemoryIncident, node_id: str) -> str:
    """Tell what happened to a test, if it is about one."""
    match event:
        case MemoryExceeded():
            return f"{node_id} has failed: {too_much(event.memory, event.limit)}"
        case SoftLimitLow():
            return (
                f"{event.agent} has {size(event.memory)} after its first test, memory_soft is "
                f"{size(event.limit)}: agents are replaced when they have run some tests"
            )
        case MemoryShort():
            budget = f" of {size(event.budget)}" if event.budget else ""
            plural = "agent was" if event.agents == 1 else "agents were"
            return (
                f"memory was short, all processes together had {size(event.total)}{budget}: "
                f"{event.agents} {plural} busy at once, for a while"
            )
