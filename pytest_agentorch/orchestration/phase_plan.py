"""One phase of a plan. Pure."""

from __future__ import annotations

from pytest_agentorch.model.frozen import Frozen
from pytest_agentorch.model.ids import PhaseName
from pytest_agentorch.orchestration.unit import Places, Unit


class PhasePlan(Frozen):
    """One phase as it will run, or one turn of it.

    Attributes:
        name: its own.
        phase: what its tests are said to be in.
        barrier: whether it waits for all the phases in `after`; `after` is transitive here.
        named: whether somebody has named the phase: it then has caps.
        waves: how many tests a wave has, 0 if that is found while it runs; None without waves.
        gated: whether it runs only if all those before it have succeeded.
        agents: at most so many at once.
        seconds: how long it will probably take; None if too little is known.
        turn: its tests wait for those of earlier ones.
        places: the slots that have what it asks of all of its tests; None for all slots.
        memory: what a test of it counts with of which nothing is known, in bytes.
    """

    name: PhaseName
    phase: PhaseName
    after: frozenset[PhaseName]
    barrier: bool
    agents: int
    tests: int
    units: tuple[Unit, ...]
    seconds: float | None
    memory: int = 0
    named: bool = False
    gated: bool = False
    waves: int | None = None
    turn: int = 0
    places: Places = None
