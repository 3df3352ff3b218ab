"""When a phase begins and ends, as events."""

from __future__ import annotations

from dataclasses import dataclass

from pytest_agentorch.model.ids import PhaseName


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseStarted:
    """The phases before this one are over; its tests may run on at most `agents` agents."""

    phase: PhaseName
    tests: int
    agents: int
    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseFinished:
    """Every test of the phase has its verdict, or will have none."""

    phase: PhaseName
    at: float
