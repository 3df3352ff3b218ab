"""How long a run will probably still take. Pure.

What earlier runs have learnt of its tests says how much work is left, corrected by how much longer
the tests of this run take than was thought. Where nothing is known those that have ended are the
measure. No run is faster than its agents share that work, or than phases that wait for each other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pytest_agentorch.model.frozen import Frozen
from pytest_agentorch.model.ids import PhaseName

_LEAST_FORECAST = 0.1
"""Shorter work says nothing about the pace."""


class LeftOver(Frozen):
    """What is left to do of a phase.

    Attributes:
        after: the phases that it waits for.
        tests: how many have no verdict.
        forecast: how long they were thought to take one after the other; 0.0 if nobody knows.
        spent: for how long they have been running by now.
    """

    phase: PhaseName
    after: tuple[PhaseName, ...]
    agents: int
    tests: int
    forecast: float
    spent: float


class Experience(Frozen):
    """What the tests that have ended took, and were thought to take; 0.0 if nobody knew."""

    tests: int
    seconds: float
    forecast: float


def seconds_left(
    left: Sequence[LeftOver], known: Experience, *, agents: int, has_forecast: bool
) -> float | None:
    """Return how long the rest takes; None if nothing is known.

    Args:
        left: the phases, each after those that it waits for.
        known: what has ended.
        agents: how many there may be.
        has_forecast: whether earlier runs have learnt anything.
    """
    if not has_forecast and not known.tests:
        return None
    pace = known.seconds / known.forecast if known.forecast >= _LEAST_FORECAST else 1.0
    mean = known.seconds / known.tests if known.tests else 0.0
    work = {
        one.phase: max(0.0, (one.forecast * pace if has_forecast else mean * one.tests) - one.spent)
        for one in left
    }
    return max(sum(work.values()) / max(1, agents), _longest_chain(left, work))


def _longest_chain(left: Sequence[LeftOver], work: Mapping[PhaseName, float]) -> float:
    """How long the phases take that wait for each other."""
    ends: dict[PhaseName, float] = {}
    for one in left:
        begins = max((ends.get(name, 0.0) for name in one.after), default=0.0)
        ends[one.phase] = begins + work[one.phase] / max(1, min(one.agents, one.tests))
    return max(ends.values(), default=0.0)
