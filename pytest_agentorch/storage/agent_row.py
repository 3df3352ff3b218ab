"""An agent as the records of a run list it: what it is, what it takes, how it does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from pytest_agentorch.model.frozen import Frozen
from pytest_agentorch.model.ids import SlotId
from pytest_agentorch.model.settings import Settings
from pytest_agentorch.orchestration.ability import abilities
from pytest_agentorch.results.usage import AgentSummary
from pytest_agentorch.storage.moment import utc


class Traits(Frozen):
    """What the agents of a run have from the beginning.

    Attributes:
        able: which slots have which capabilities.
        priorities: of the slots that have one.
    """

    able: Mapping[SlotId, frozenset[str]] = MappingProxyType({})
    priorities: Mapping[SlotId, int] = MappingProxyType({})

    @classmethod
    def of(cls, settings: Settings) -> Traits:
        """Those that settings give them."""
        resources = settings.resources
        able = abilities(resources.capabilities, settings.agents)
        return cls(able=able, priorities=resources.priorities)


def agent_row(
    agent: AgentSummary,
    *,
    status: str,
    phases: Sequence[str],
    updated: float,
    host: str,
    traits: Traits,
) -> dict[str, Any]:
    """Return the row of an agent.

    Args:
        agent: what is known of it.
        status: where it is in its life.
        phases: of which it has run tests.
        updated: when this was so.
        host: where it is.
        traits: of all agents.
    """
    return {
        "id": agent.agent,
        "slot": agent.slot,
        "type": list(phases),
        "capabilities": sorted(traits.able.get(agent.slot, ())),
        "status": status,
        "ended_how": agent.status,
        "processes": agent.processes,
        "pid": agent.pid,
        "host": host,
        "registered": utc(agent.connected),
        "updated": utc(updated if agent.ended is None else agent.ended),
        "terminated": utc(agent.ended),
        **_numbers(agent),
        # pytest runs one test at a time.
        "max_concurrent_tasks": 1,
        "priority": traits.priorities.get(agent.slot, 0),
    }


def _numbers(agent: AgentSummary) -> dict[str, Any]:
    """What it has done, and what it took."""
    return {
        "tests": agent.tests,
        "failed": agent.tally.bad,
        "success_rate": agent.tally.success_rate,
        "busy_seconds": round(agent.busy_seconds, 6),
        "mean_seconds": round(agent.busy_seconds / agent.tests, 6) if agent.tests else None,
        "peak_memory": agent.peak_memory,
        "cpu_seconds": agent.cpu_seconds,
        "cpu_percent": agent.cpu_percent,
        "threads": agent.threads,
        "open_files": agent.open_files,
    }
