"""How much of its machine a run takes. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from pytest_agentorch.model.capacity import Capacity
from pytest_agentorch.model.settings import PhaseSettings
from pytest_agentorch.model.share import AGENT_MEMORY, Claim, Share, Wish


def decide_share(wish: Wish, capacity: Capacity, others: Sequence[Claim]) -> Share:
    """Give a run what it asks for, or what is left.

    A number of agents, and of bytes, that somebody has asked for stays as it is. Otherwise it is
    what others have left of `limit x capacity`, but one agent and its memory in any case.

    Args:
        wish: of the run.
        capacity: what there is, whoever uses it.
        others: what other runs have taken.
    """
    near = [claim for claim in others if claim.domain == capacity.domain]
    allowed = agents_for_cpus(capacity.cpus, wish.limit)
    of_host = agents_for_cpus(capacity.host_cpus, wish.limit)
    left = min(allowed - _agents(near), of_host - _agents(others))
    memory = wish.memory or _memory_left(wish, capacity, near, others)
    by_cpus = max(1, left)
    if wish.learned is not None:
        # As much of them as there is left of the CPUs.
        by_cpus = max(1, math.ceil(wish.learned * by_cpus / allowed))
    if wish.most is not None:
        by_cpus = min(by_cpus, wish.most)
    fit = max(1, memory // wish.agent_memory) if memory else by_cpus
    return Share(
        agents=min(by_cpus, fit) if wish.agents is None else wish.agents,
        memory=memory,
        most_memory=wish.memory or int(wish.limit * capacity.memory),
        by_memory=wish.agents is None and fit < by_cpus,
        taken_cpus=max(0, min(allowed - left, int(capacity.cpus))),
        other_runs=len(others),
    )


def claim_of(wish: Wish, share: Share, capacity: Capacity) -> Claim:
    """Say what a run takes; of memory that it was not promised only what its agents will need."""
    needed = min(share.memory, share.agents * wish.agent_memory)
    busy = share.agents
    if wish.learned is not None:
        # Those that are more than CPUs keep none busy.
        busy = min(busy, agents_for_cpus(capacity.cpus, wish.limit))
    return Claim(domain=capacity.domain, agents=busy, memory=wish.memory or needed)


def agents_for_cpus(cpus: float, limit: float) -> int:
    """How many agents may be busy on so many CPUs: `ceil(limit x CPUs)`, at least one."""
    return max(1, math.ceil(limit * cpus - 1e-9))


def agent_memory(phases: Iterable[PhaseSettings]) -> int:
    """How many bytes an agent of the run will need at least: a phase that needs more has a cap."""
    return min([AGENT_MEMORY, *(p.memory_per_agent for p in phases if p.configured)])


def _memory_left(
    wish: Wish, capacity: Capacity, near: Sequence[Claim], others: Sequence[Claim]
) -> int:
    whole = int(wish.limit * capacity.memory)
    of_host = int(wish.limit * capacity.host_memory)
    left = min(whole - _memory(near), of_host - _memory(others))
    return max(left, min(whole, wish.agent_memory))


def _agents(claims: Iterable[Claim]) -> int:
    return sum(claim.agents for claim in claims)


def _memory(claims: Iterable[Claim]) -> int:
    return sum(claim.memory for claim in claims)
