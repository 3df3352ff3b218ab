"""The scarcity of a plan: what its tests need that not all of them can have at once. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from pytest_agentorch.model.ids import TestId
from pytest_agentorch.model.needs import NO_NEEDS, Needs
from pytest_agentorch.model.scarce import Scarce
from pytest_agentorch.orchestration.plan import Plan


def scarcity(plan: Plan) -> tuple[Scarce, ...]:
    """Return what there is not enough of. That readers keep a writer waiting does not count."""
    there = {count.name: count.number for count in plan.supply.counts}
    found: defaultdict[str, list[tuple[TestId, float]]] = defaultdict(list)
    for test, needs in enumerate(plan.needs):
        if needs != NO_NEEDS:
            for name, part in _parts(needs, there):
                found[name].append((TestId(test), part))
    return tuple(
        Scarce(
            name=name, tests=tuple(test for test, _ in some), parts=tuple(part for _, part in some)
        )
        for name, some in found.items()
    )


def _parts(needs: Needs, there: dict[str, int]) -> Iterator[tuple[str, float]]:
    for count in needs.counts:
        if there.get(count.name):
            yield count.name, min(1.0, count.number / there[count.name])
    for lock in needs.writes:
        yield f"the lock {lock}", 1.0
    if needs.exclusive:
        yield "exclusive tests", 1.0
    if needs.serial:
        yield "serial tests", 1.0
