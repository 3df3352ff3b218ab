"""The order of units: what would hold up the end, or may fail, begins early. Pure.

Neighbours in a file often lean on each other without knowing it. So nothing is sorted for its own
sake: what is short stays where it was collected.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from pytest_agentorch.model.frozen import replace
from pytest_agentorch.model.ids import TestId
from pytest_agentorch.model.test import TestDescriptor
from pytest_agentorch.orchestration.forecast import Forecast
from pytest_agentorch.orchestration.unit import Unit

LONG_SHARE = 0.03
"""A test is long if it takes more than this share of the time in which all could be done. Were it
the very last to begin, all would be done so much later, and nothing shorter makes more of a
difference."""
LONG_SECONDS = 0.1
"""And nobody notices less than this."""


def by_priority(units: Sequence[Unit], rows: Sequence[TestDescriptor]) -> tuple[Unit, ...]:
    """Return the units with what has the highest priority first; equals keep their places.

    What may be divided is cut; what must stay whole has the highest priority of its tests.
    """
    if not any(row.priority for row in rows):
        return tuple(units)
    parts = [part for unit in units for part in _by_priority(unit, rows)]
    return tuple(sorted(parts, key=lambda unit: -unit.priority))


def _by_priority(unit: Unit, rows: Sequence[TestDescriptor]) -> Iterator[Unit]:
    parts: dict[int, list[TestId]] = {}
    highest = max(rows[test].priority for test in unit.tests)
    for test in unit.tests:
        parts.setdefault(highest if unit.sticky else rows[test].priority, []).append(test)
    for priority, tests in parts.items():
        yield replace(unit, tests=tuple(tests), priority=priority)


def in_order(
    units: Sequence[Unit], forecast: Forecast, agents: int, *, strict: bool = False
) -> tuple[Unit, ...]:
    """Return the units with what failed last time first, then what is long, longest first.

    Out of a unit that only a file holds together the single tests are taken; any other is moved as
    a whole. Everything else, and everything that one agent runs alone, keeps its place. What has
    another priority is not overtaken.

    Args:
        units: by priority.
        forecast: how long they take.
        agents: how many the phase has.
        strict: nothing is short: the longer of two comes first.
    """
    if not forecast.seconds or agents < 2:
        return tuple(units)
    long = max(LONG_SECONDS, LONG_SHARE * least_seconds(units, forecast, agents))
    long = 0.0 if strict else long
    early: list[Unit] = []
    rest: list[Unit] = []
    for unit in units:
        taken, left = _divide(unit, forecast, long)
        early += taken
        rest += left
    early.sort(key=lambda unit: _rank(unit, forecast, long))
    return tuple(sorted((*early, *rest), key=lambda unit: -unit.priority))


def least_seconds(units: Iterable[Unit], forecast: Forecast, agents: int) -> float:
    """How long so many agents need at least: their share, or what cannot be divided."""
    total = longest = 0.0
    for unit in units:
        seconds = forecast.total(unit.tests)
        whole = unit.sticky or not forecast.seconds
        longest = max(
            longest, seconds if whole else max(map(forecast.seconds.__getitem__, unit.tests))
        )
        total += seconds
    return max(longest, total / agents)


def _divide(unit: Unit, forecast: Forecast, long: float) -> tuple[list[Unit], list[Unit]]:
    """Divide a unit into what begins early and what does not."""
    seconds, failed = forecast.seconds, forecast.failed
    if unit.sticky or unit.shares:
        is_early = forecast.total(unit.tests) > long or not failed.isdisjoint(unit.tests)
        return ([unit], []) if is_early else ([], [unit])
    apart = [(test,) for test in unit.tests if seconds[test] > long]
    again = tuple(test for test in unit.tests if test in failed and seconds[test] <= long)
    rest = tuple(test for test in unit.tests if test not in failed and seconds[test] <= long)
    early = [replace(unit, tests=tests) for tests in (*apart, again) if tests]
    return early, [replace(unit, tests=rest)] if rest else []


def _rank(unit: Unit, forecast: Forecast, long: float) -> tuple[bool, float]:
    """What has a smaller one begins sooner; equals stay in collected order."""
    seconds = forecast.total(unit.tests)
    return forecast.failed.isdisjoint(unit.tests), -seconds if seconds > long else 0.0
