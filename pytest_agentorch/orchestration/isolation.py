"""Isolation: rations, what one process may run at most, and units that suit them. Pure."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence

from pytest_agentorch.model.frozen import replace
from pytest_agentorch.model.ids import TestId
from pytest_agentorch.model.settings import Dist, Isolate
from pytest_agentorch.model.test import TestDescriptor
from pytest_agentorch.orchestration.unit import Unit

_WITHOUT_GROUPS = (Dist.FILE, Dist.SCOPE, Dist.EACH)
"""Here something else is what stays together."""
Ration = Hashable
"""An agent has tests with one and the same ration, and then it ends."""


def rations(rows: Sequence[TestDescriptor], isolate: Isolate) -> tuple[Ration, ...]:
    """Return the ration of each test; nothing if an agent may run whatever there is."""
    match isolate:
        case Isolate.TEST:
            return tuple(range(len(rows)))
        case Isolate.FILE:
            return tuple(row.path for row in rows)
        case _:
            return ()


def in_rations(
    units: Iterable[Unit], rows: Sequence[TestDescriptor], isolate: Isolate, dist: Dist
) -> Iterable[Unit]:
    """Cut units so that agents with one ration each are all busy.

    What somebody wants to have together stays a unit, groups above all: its tests run one after
    the other, in as many processes as it takes. None of the units is ever divided.
    """
    match isolate:
        case Isolate.TEST:
            return _by_test(units, rows, dist)
        case Isolate.FILE:
            return _by_file(units, rows, dist)
        case _:
            return units


def _by_test(units: Iterable[Unit], rows: Sequence[TestDescriptor], dist: Dist) -> Iterator[Unit]:
    for unit in units:
        if _is_wanted(unit, rows, dist):
            yield unit
        else:
            yield from (replace(unit, tests=(test,), sticky=True) for test in unit.tests)


def _by_file(units: Iterable[Unit], rows: Sequence[TestDescriptor], dist: Dist) -> list[Unit]:
    """Put all tests of a file into one unit, where the first of them was; but groups stay.

    With `--agents-dist=each` there is one per slot.
    """
    members: dict[object, list[TestId]] = {}
    first: dict[object, Unit] = {}
    for unit in units:
        group: object = "" if dist in _WITHOUT_GROUPS else _group(unit, rows)
        group = unit.tests[0] if unit.chain or unit.copies > 1 else group
        for test in unit.tests:
            bound = unit.places, unit.dealt
            key = (bound, group, "" if group != "" else rows[test].path)
            members.setdefault(key, []).append(test)
            first[key] = unit
    return [
        replace(first[key], tests=tuple(some), sticky=True, shares=False)
        for key, some in members.items()
    ]


def _is_wanted(unit: Unit, rows: Sequence[TestDescriptor], dist: Dist) -> bool:
    """Whether somebody has asked for this unit: a class has nothing from it, test by test."""
    is_all = unit.chain or dist is Dist.GROUP or dist in _WITHOUT_GROUPS
    return unit.sticky and (is_all or bool(_group(unit, rows)))


def _group(unit: Unit, rows: Sequence[TestDescriptor]) -> str:
    """The name of the group that a unit is; empty if it is none."""
    first = rows[unit.tests[0]].group if unit.sticky else ""
    return first if all(rows[test].group == first for test in unit.tests) else ""
