"""What becomes of a phase, as events."""

from __future__ import annotations

from typing import ClassVar

from pytest_agentorch.model.advance import Advance
from pytest_agentorch.model.frozen import Frozen
from pytest_agentorch.model.ids import PhaseName, TestId
from pytest_agentorch.model.veto import Veto


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


class WaveStarted(Frozen):
    """These tests of a phase may run; the rest of it waits until they are over.

    Attributes:
        wave: its number, from 1.
    """

    phase: PhaseName
    wave: int
    tests: tuple[TestId, ...]
    at: float


class WaveFinished(Frozen):
    """Every test of a wave has its verdict, or will have none."""

    phase: PhaseName
    wave: int
    at: float


class PhaseReviewed(Frozen):
    """Plugins have been told of a phase that is over, or of a wave.

    Attributes:
        wave: its number; 0 for the phase.
        vetoes, advances: what they have answered.
    """

    phase: PhaseName
    wave: int
    vetoes: tuple[Veto, ...]
    at: float
    advances: tuple[Advance, ...] = ()


class TestsAdvanced(Frozen):
    """Tests belong to another phase from now on: a plugin wants them to run there, and first.

    Attributes:
        phase: this one.
        reason: why, in a few words.
    """

    __test__: ClassVar[bool] = False

    phase: PhaseName
    tests: tuple[TestId, ...]
    reason: str
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
    """A phase does not run, or not to its end (incident `gate-closed` or `phase-vetoed`).

    Attributes:
        tests: those that wait there: they will have no verdict.
        reason: why, in a few words.
        vetoed: whether a plugin wants that; else its gate is closed.
    """

    phase: PhaseName
    tests: tuple[TestId, ...]
    reason: str
    vetoed: bool
    at: float

    @property
    def slug(self) -> str:
        """The name under which docs/messages.md explains it."""
        return "phase-vetoed" if self.vetoed else "gate-closed"


class PhaseHookFailed(Frozen):
    """A plugin has failed when it was told of a phase (incident `phase-hook-failed`)."""

    slug: ClassVar[str] = "phase-hook-failed"

    phase: PhaseName
    error: str
    at: float


PhaseIncident = PhaseTimedOut | PhaseSkipped | PhaseHookFailed
PhaseNews = PhaseStarted | PhaseFinished | WaveStarted | WaveFinished | TestsAdvanced
