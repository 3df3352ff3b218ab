"""The order of units: what would hold up the end, or may fail, begins early. Pure.

Neighbours in a file often lean on each other without knowing it. So nothing is sorted for its own
sake: what is short stays where it was collected.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pytest_agentorch.model.frozen import replace
from pytest_agentorch.orchestration.forecast import Forecast
from pytest_agentorch.orchestration.unit import Unit

LONG_SHARE = 0.03
"""A test is long if it takes more than this share of the time in which all could be done. Were it
the very last to begin, all would be done so much later, and nothing shorter makes more of a
difference."""
LONG_SECONDS = 0.1
"""And nobody notices less than this."""


def in_order(units: Sequence[Unit], forecast: Forecast, agents: int) -> tuple[Unit, ...]:
    """Return the units with what failed last time first, then what is long, longest first.

    Out of a unit that only a file holds together the single tests are taken; any other is moved as
    a whole. Everything else, and everything that one agent runs alone, keeps its place.
    """
    if not forecast.seconds or agents < 2:
        return tuple(units)
    long = max(LONG_SECONDS, LONG_SHARE * least_seconds(units, forecast, agents))
    early: list[Unit] = []
    rest: list[Unit] = []
    for unit in units:
        taken, left = _divide(unit, forecast, long)
        early += taken
        rest += left
    early.sort(key=lambda unit: _rank(unit, forecast, long))
    return (*early, *rest)


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
    if unit.slot is not None:
        return [], [unit]
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
