"""The order of phases: which of them come before which."""

from __future__ import annotations

from collections.abc import Sequence

from pytest_agentorch.model.ids import PhaseName
from pytest_agentorch.model.settings import PhaseSettings


def ordered(phases: Sequence[PhaseSettings]) -> list[PhaseSettings]:
    """Return the phases so that each comes after those it waits for; ties in written order."""
    done: dict[PhaseName, PhaseSettings] = {}
    waiting = list(phases)
    while waiting:
        ready = next(p for p in waiting if all(name in done for name in p.after))
        done[ready.name] = ready
        waiting.remove(ready)
    return list(done.values())


def transitive(phases: Sequence[PhaseSettings]) -> dict[PhaseName, frozenset[PhaseName]]:
    """Return all the phases that each one waits for, with those that they wait for."""
    closure: dict[PhaseName, frozenset[PhaseName]] = {}
    for phase in ordered(phases):
        closure[phase.name] = frozenset(phase.after).union(*(closure[p] for p in phase.after))
    return closure
