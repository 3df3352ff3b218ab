"""How many agents a phase gets. Pure."""

from __future__ import annotations

import math

from pytest_agentorch.model.settings import Dist, Parallelism, PhaseSettings, Settings

MOST_IN_A_WAVE = 10


def agents_for(phase: PhaseSettings, tests: int, *, named: bool, settings: Settings) -> int:
    """How many agents a phase gets: what was asked for, within its caps if somebody named it.

    A named phase has one agent per `tests_per_agent` tests, at most `max_agents`; without that
    at most `default_cap`, or `cpu_share` of the CPUs where that is more; and no more than fit into
    the memory of the run. A wave has at most ten, unless somebody has asked for a number.
    """
    if settings.dist is Dist.EACH:
        return settings.agents
    if not named:
        return min(settings.agents, tests)
    if phase.parallelism is Parallelism.SEQUENTIAL:
        return 1
    lifted = max(phase.default_cap, int(phase.cpu_share * settings.cpus))
    if phase.waves is not None and not settings.asked.isdecimal():
        lifted = min(lifted, MOST_IN_A_WAVE)
    cap = phase.max_agents or lifted
    worth = math.ceil(tests / phase.tests_per_agent)
    fit = settings.memory // phase.memory_per_agent if settings.memory else cap
    return max(1, min(settings.agents, cap, worth, fit))
