"""What a plan says of a phase to those who tell how far a run is."""

from __future__ import annotations

from pytest_agentorch.model.frozen import Frozen
from pytest_agentorch.model.ids import PhaseName


class PhaseOutline(Frozen):
    """One phase, all of its turns together.

    Attributes:
        after: the phases that it waits for, with those that these wait for; empty if for none.
        agents: at most so many at once.
    """

    phase: PhaseName
    after: tuple[PhaseName, ...]
    agents: int
