"""An agent as the records of a run list it: what it is, what it takes, how it does."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from pytest_agentorch.results.usage import AgentSummary
from pytest_agentorch.storage.moment import utc


def agent_row(
    agent: AgentSummary,
    *,
    status: str,
    phases: Sequence[str],
    updated: float,
    host: str,
    capabilities: Iterable[str],
    priority: int,
) -> dict[str, Any]:
    """Return the row of an agent.

    Args:
        agent: what is known of it.
        status: where it is in its life.
        phases: of which it has run tests.
        updated: when this was so.
        host: where it is.
        capabilities: what it has.
        priority: agents with a higher one are preferred.
    """
    return {
        "id": agent.agent,
        "slot": agent.slot,
        "type": list(phases),
        "capabilities": sorted(capabilities),
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
        "priority": priority,
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
