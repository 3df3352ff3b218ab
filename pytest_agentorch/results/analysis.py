"""The analysis of a run: what bound it, what other numbers of agents would have given. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from pytest_agentorch.model.frozen import Frozen
from pytest_agentorch.model.settings import Goal
from pytest_agentorch.results.bottleneck import Limit, bound_by, limits_of
from pytest_agentorch.results.health import Health, health_of
from pytest_agentorch.results.run_summary import RunSummary

if TYPE_CHECKING:
    from pytest_agentorch.results.replay import WhatIf

WORTH_SECONDS = 2.0
"""Who waits for less than that does not care."""
MATTERS = 0.05
"""What differs by less than this share is alike."""
_CHEAP_ENOUGH = 0.25
_MOSTLY = 0.5
_MOST_AGENTS = 16
_AGENTS_PER_CPU = 4


class Analysis(Frozen):
    """What is to be said of a run.

    Attributes:
        limits: below which it could not stay, each for one reason.
        bound: the one that counted; None if none explains it, or the run was too short.
        what_ifs: how long it would have taken on fewer and on more agents; empty if it was too
            short, or says too little about that.
        best: which of these numbers is the best for the goal of the run.
    """

    limits: tuple[Limit, ...]
    bound: Limit | None
    health: Health
    what_ifs: tuple[WhatIf, ...] = ()
    best: WhatIf | None = None

    def on(self, agents: int) -> WhatIf | None:
        """What the run would have taken on so many agents."""
        return next((one for one in self.what_ifs if one.agents == agents), None)


def analyse(summary: RunSummary) -> Analysis:
    """Look at a run that is over."""
    limits = limits_of(summary)
    found = Analysis(limits=limits, bound=None, health=health_of(summary))
    if summary.usage.wall_seconds < WORTH_SECONDS:
        return found
    # Short runs, which are many, do without.
    from pytest_agentorch.results.replay import what_ifs
    from pytest_agentorch.results.workload import workload_of

    bound = bound_by(summary, limits)
    workload = workload_of(summary)
    others = numbers(summary.cpus, summary.agents_allowed)
    replayed = () if workload is None else what_ifs(workload, others)
    if not replayed:
        return Analysis(limits=limits, bound=bound, health=found.health)
    return Analysis(
        limits=limits,
        bound=bound,
        health=found.health,
        what_ifs=replayed,
        best=best_of(replayed, summary.goal),
    )


def most_agents(cpus: float) -> int:
    """No more are worth a thought, unless somebody asks for them."""
    return max(_MOST_AGENTS, math.ceil(_AGENTS_PER_CPU * cpus))


def better_than(analysis: Analysis, usual: int, goal: Goal) -> WhatIf | None:
    """Return the best number of agents; None if it is not notably better than the usual one."""
    base = max(
        (one for one in analysis.what_ifs if one.agents <= usual),
        key=lambda one: one.agents,
        default=None,
    )
    best = analysis.best
    if base is None or best is None:
        return None
    return best if _price(best, goal) < (1 - MATTERS) * _price(base, goal) else None


def why_better(summary: RunSummary, best: int, usual: int) -> str:
    """Say in a few words why the next run has another number of agents than usual."""
    if best < usual:
        return "more would have cost more in the last run"
    # That others had the CPU is nothing that tests have waited for.
    delays = sum(one.cost.delay_seconds for one in summary.agents if one.cost is not None)
    computed = sum(max(0.0, test.cpu_seconds) for test in summary.tests)
    busy = max(computed, summary.usage.busy_seconds - delays)
    waited = 1 - computed / busy if busy > 0 else 0.0
    if waited < _MOSTLY:
        return "more would have been faster in the last run"
    return f"the last run waited {math.floor(waited * 100)} % of its time"


def _price(what_if: WhatIf, goal: Goal) -> float:
    return what_if.seconds * (what_if.agents if goal is Goal.COST else 1)


def numbers(cpus: float, asked: int) -> tuple[int, ...]:
    """The numbers of agents to think about: 1, 2, 3, 4, 6, 8, 12, ... and what was asked for."""
    most = most_agents(cpus)
    steps = {two << power for two in (2, 3) for power in range(most.bit_length())}
    return tuple(sorted({1, most, asked} | {step for step in steps if step <= most}))


def best_of(candidates: Sequence[WhatIf], goal: Goal) -> WhatIf:
    """Return the best number of agents.

    * time: the fastest, and the fewest of those that are within 1 % of it;
    * cost: the least agents x seconds among those within 25 % of the fastest;
    * balance: the fewest agents within 5 % of the fastest.
    """
    fastest = min(one.seconds for one in candidates)
    share = {Goal.TIME: 0.01, Goal.COST: _CHEAP_ENOUGH, Goal.BALANCE: MATTERS}[goal]
    near = [one for one in candidates if one.seconds <= fastest * (1 + share)]
    if goal is Goal.COST:
        return min(near, key=lambda one: (one.agents * one.seconds, one.agents))
    return min(near, key=lambda one: one.agents)
