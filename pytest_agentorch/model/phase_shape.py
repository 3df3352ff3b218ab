"""How far a phase may be spread, whatever the number of agents."""

from __future__ import annotations

from pytest_agentorch.model.frozen import Frozen
from pytest_agentorch.model.ids import PhaseName, TestId


class PhaseShape(Frozen):
    """What a plan says of a phase.

    Attributes:
        wave: phases of one wave may run beside each other; each wave waits for those before it.
        most_agents: it never has more, however many there are.
        memory: what a test of it counts with of which nothing is known, in bytes, if there is
            enough for all.
        whole: tests that one agent runs in order; each has at least two.
    """

    phase: PhaseName
    wave: int
    most_agents: int
    whole: tuple[tuple[TestId, ...], ...] = ()
    memory: int = 0
