"""A run in four numbers. Pure."""

from __future__ import annotations

from pytest_agentorch.model.frozen import Frozen
from pytest_agentorch.results.run_summary import RunSummary
from pytest_agentorch.results.usage import AgentState


class Statistics(Frozen):
    """How a run did.

    Attributes:
        total: how many agents there were.
        lost: how many of them did not end as they should.
        completion_rate: the percentage of tests that have a verdict, rounded down.
        success_rate: the percentage of good ones among those that could fail.
    """

    total: int
    lost: int
    completion_rate: float
    success_rate: float


def statistics(summary: RunSummary) -> Statistics:
    """Sum up a run, over or not."""
    tally = summary.tally
    return Statistics(
        total=sum(agent.processes for agent in summary.agents),
        lost=sum(agent.state is AgentState.FAILED for agent in summary.agents),
        completion_rate=tally.ran * 1000 // tally.total / 10 if tally.total else 0.0,
        success_rate=tally.success_rate,
    )
