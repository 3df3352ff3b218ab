"""What becomes of a phase, as events."""

from __future__ import annotations

from typing import ClassVar

from pytest_agentorch.model.frozen import Frozen
from pytest_agentorch.model.ids import PhaseName, TestId


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


class PhaseTimedOut(Frozen):
    """A phase has had its time, and was stopped (incident `phase-timed-out`).

    Attributes:
        timeout: how long it might take, in seconds.
        dropped: how many of its tests had not begun.
    """

    slug: ClassVar[str] = "phase-timed-out"

    phase: PhaseName
    timeout: float
    dropped: int
    at: float


class PhaseSkipped(Frozen):
    """A phase does not run (incident `gate-closed`).

    Attributes:
        tests: those that wait there: they will have no verdict.
        reason: why, in a few words.
    """

    slug: ClassVar[str] = "gate-closed"

    phase: PhaseName
    tests: tuple[TestId, ...]
    reason: str
    at: float


PhaseIncident = PhaseTimedOut | PhaseSkipped
