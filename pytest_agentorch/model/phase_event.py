"""When a phase begins and ends, as events."""

from __future__ import annotations

from pytest_agentorch.model.frozen import Frozen
from pytest_agentorch.model.ids import PhaseName


class PhaseStarted(Frozen):
    """The phases before this one are over; its tests may run on at most `agents` agents."""

    phase: PhaseName
    tests: int
    agents: int
    at: float


class PhaseFinished(Frozen):
    """Every test of the phase has its verdict, or will have none."""

    phase: PhaseName
    at: float
