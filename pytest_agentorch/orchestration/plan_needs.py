"""Units by what their tests need, and how much memory that is if nobody has said it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from pytest_agentorch.model.frozen import replace
from pytest_agentorch.model.history import History
from pytest_agentorch.model.ids import TestId
from pytest_agentorch.model.needs import NO_NEEDS, Needs
from pytest_agentorch.model.settings import PhaseSettings, Settings
from pytest_agentorch.model.test import TestDescriptor
from pytest_agentorch.orchestration.memory_guess import rounded
from pytest_agentorch.orchestration.supply import budget
from pytest_agentorch.orchestration.unit import Unit

DEFAULT_MEMORY = 512 << 20
"""What a test counts with of which nothing is known, in bytes."""


def memory_of(
    rows: Sequence[TestDescriptor], settings: Settings, history: History
) -> tuple[int, ...]:
    """Return the peak of each test, 0 for an unknown one; nothing if there is enough anyway."""
    there = budget(settings) if settings.resources.memory else 0
    known = history.memory if there else {}
    most = max(DEFAULT_MEMORY, *known.values()) if known else 0
    return tuple(known.get(row.key, 0) for row in rows) if most * settings.agents > there else ()


def default_memory(phase: PhaseSettings, settings: Settings) -> int:
    """What a test of a phase counts with of which nothing is known, in bytes.

    Unless somebody has said how much memory there is, no agent stays idle for a mere guess.
    """
    if settings.resources.memory:
        return usual_memory(phase)
    return min(usual_memory(phase), budget(settings) // settings.agents)


def usual_memory(phase: PhaseSettings) -> int:
    """The same where that is no question of how many agents there are."""
    return phase.memory_per_agent if phase.configured else DEFAULT_MEMORY


def by_needs(
    units: Iterable[Unit], needs: Sequence[Needs], memory: Sequence[int], default: int
) -> Iterable[Unit]:
    """Cut what may be divided so that each unit needs one thing, and say how much memory it needs.

    Args:
        units: of one phase.
        needs: of each test, or nothing.
        memory: of each test, or nothing.
        default: what a test counts with of which nothing is known.
    """
    if needs:
        units = [part for unit in units for part in _by_test(unit, needs)]
    if memory:
        units = [part for unit in units for part in by_memory(unit, memory, default)]
    return units


def _by_test(unit: Unit, needs: Sequence[Needs]) -> Iterator[Unit]:
    """Make a unit of each test that needs something."""
    apart = {test for test in unit.tests if needs[test] is not NO_NEEDS}
    if unit.sticky or not apart:
        yield unit
        return
    rest = tuple(test for test in unit.tests if test not in apart)
    for test in unit.tests:
        if test in apart:
            yield replace(unit, tests=(test,))
        elif rest:
            yield replace(unit, tests=rest)
            rest = ()


def by_memory(unit: Unit, memory: Sequence[int], default: int) -> Iterator[Unit]:
    """Make a unit of the tests that need about the default at most, of those up to twice as much...

    So what a whole file counts with is not what its largest test needs.
    """
    parts: dict[int, list[TestId]] = {}
    for test in unit.tests:
        level = 0 if unit.sticky else ((memory[test] - 1) // default).bit_length()
        parts.setdefault(level if memory[test] else 0, []).append(test)
    for tests in parts.values():
        known = [memory[test] for test in tests]
        most = max(known)
        counts = most > default or all(known)
        yield replace(unit, tests=tuple(tests), memory=rounded(most) if counts else 0)
