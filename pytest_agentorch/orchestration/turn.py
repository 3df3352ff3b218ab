"""Turns: tests that must wait until all others are over that they would disturb. Pure.

A phase with tests of several turns becomes several: the later ones have a barrier, whether
somebody has named the phase or not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from pytest_agentorch.model.frozen import replace
from pytest_agentorch.model.ids import PhaseName
from pytest_agentorch.model.test import TestDescriptor
from pytest_agentorch.orchestration.phase_plan import PhasePlan
from pytest_agentorch.orchestration.unit import Unit


def in_turns(phases: Sequence[PhasePlan], rows: Sequence[TestDescriptor]) -> list[PhasePlan]:
    """Divide phases by the turns of their tests, each followed by its own later turns.

    A phase without a barrier waits for nothing, and so its later turns wait for the earlier ones
    of all phases without one. What waits for a phase waits for all of its turns.
    """
    if not any(row.turn for row in rows):
        return list(phases)
    parts = {phase.name: list(_parts(phase, rows)) for phase in phases}
    loose = [(turn, part) for p in phases if not p.barrier for turn, part in parts[p.name]]

    def after(phase: PhasePlan, turn: int) -> Iterator[PhaseName]:
        for name in phase.after if phase.barrier else ():
            yield name
            yield from (part.name for _, part in parts.get(name, ()))
        for other, part in parts[phase.name] if phase.barrier else loose:
            if other < turn:
                yield part.name

    return [
        replace(part, after=frozenset(after(phase, turn)), barrier=phase.barrier or turn > 0)
        for phase in phases
        for turn, part in parts[phase.name]
    ]


def _parts(phase: PhasePlan, rows: Sequence[TestDescriptor]) -> Iterator[tuple[int, PhasePlan]]:
    by_turn: dict[int, list[Unit]] = {}
    for unit in phase.units:
        for turn, part in _divide(unit, rows):
            by_turn.setdefault(turn, []).append(part)
    for number, (turn, units) in enumerate(sorted(by_turn.items()), start=1):
        tests = sum(len(unit.tests) for unit in units)
        yield (
            turn,
            replace(
                phase,
                name=PhaseName(f"{phase.name} (turn {number})") if number > 1 else phase.name,
                agents=min(phase.agents, tests),
                turn=turn,
                tests=tests,
                units=tuple(units),
            ),
        )


def _divide(unit: Unit, rows: Sequence[TestDescriptor]) -> Iterable[tuple[int, Unit]]:
    """Divide a unit by turns; one that must stay whole has the latest turn of its tests."""
    turns = [rows[test].turn for test in unit.tests]
    if unit.sticky:
        return [(max(turns), unit)]
    return [
        (turn, replace(unit, tests=tuple(t for t in unit.tests if rows[t].turn == turn)))
        for turn in sorted(set(turns))
    ]
