"""What a run takes of its machine, beside others."""

from __future__ import annotations

from pytest_agentorch.model.frozen import Frozen

MIB = 1 << 20
AGENT_MEMORY = 512 * MIB
"""How much memory an agent is assumed to need, as long as nobody has said it."""


class Claim(Frozen):
    """What a run has taken.

    Attributes:
        domain: what it shares with others (`Capacity.domain`).
        agents: at most so many: each keeps a CPU busy.
        memory: in bytes.
    """

    domain: str
    agents: int
    memory: int


class Wish(Frozen):
    """What a run would have if it was alone.

    Attributes:
        agents: how many; None for as many as there is a place for.
        learned: how many are best if nobody has said it; None if that is not known. If they are
            more than CPUs, they mostly wait.
        memory: how many bytes for all of them; 0 for the limit of what there is.
        limit: the part of CPUs and memory that may be used.
        agent_memory: how many bytes an agent will need.
        most: not more agents than these, if nobody has said how many; None for no such limit.
    """

    agents: int | None
    memory: int
    limit: float
    agent_memory: int = AGENT_MEMORY
    learned: int | None = None
    most: int | None = None


class Share(Frozen):
    """What a run gets.

    Attributes:
        agents: at most so many.
        memory: how many bytes all of its processes may have together; 0 if nobody knows.
        most_memory: how many these would be without other runs.
        by_memory: there would be more agents if there was more memory.
        taken_cpus: CPUs that it could have if other runs had not taken them.
        other_runs: how many these are.
    """

    agents: int
    memory: int = 0
    most_memory: int = 0
    by_memory: bool = False
    taken_cpus: int = 0
    other_runs: int = 0
