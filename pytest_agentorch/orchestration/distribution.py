"""The distribution: which tests of a phase stay together, and where. A pure function per policy."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from typing import assert_never

from pytest_agentorch.model.errors import SettingsError
from pytest_agentorch.model.frozen import replace
from pytest_agentorch.model.ids import SlotId, TestId
from pytest_agentorch.model.settings import Dist
from pytest_agentorch.model.test import TestDescriptor
from pytest_agentorch.orchestration.chain import Key, tied
from pytest_agentorch.orchestration.unit import Places, Unit

Rows = Sequence[TestDescriptor]


def units_of(
    dist: Dist, members: Sequence[TestId], rows: Rows, places: Sequence[Places], agents: int
) -> Sequence[Unit]:
    """Return the units of a phase.

    Args:
        dist: the policy.
        members: the tests of the phase, as they were collected.
        rows: all tests.
        places: of each test the slots that can run it; empty if any slot can run any.
        agents: how many the phase has; with `each`, how many there are.

    Raises:
        SettingsError: what must stay together cannot, since no agent can run all of it.
    """
    match dist:
        case Dist.EACH:
            return _pinned(members, rows, len(rows) // agents)
        case Dist.FILE:
            units = _gathered(members, rows, lambda test: rows[test].path)
        case Dist.SCOPE:
            units = _gathered(members, rows, lambda test: rows[test].scope)
        case Dist.GROUP:
            units = _gathered(members, rows, lambda test: rows[test].group)
        case Dist.BALANCED:
            units = list(_balanced(members, rows))
        case Dist.ROUND_ROBIN | Dist.PRIORITY:
            units = [one for unit in _balanced(members, rows) for one in _singles(unit)]
        case Dist.CAPABILITY:
            units = _by_places(_balanced(members, rows), places)
        case _:
            assert_never(dist)
    if places:
        units = [part for unit in units for part in _bound(unit, rows, places)]
    units = [part for unit in units for part in _scattered(unit, rows)]
    return _dealt(units, agents) if dist is Dist.ROUND_ROBIN else units


def _pinned(members: Iterable[TestId], rows: Rows, collected: int) -> list[Unit]:
    """Let each slot have its own."""
    pinned = []
    for number, some in itertools.groupby(members, lambda test: test // collected):
        slot = frozenset({SlotId(f"gw{number}")})
        units = _gathered(some, rows, lambda _: "")
        pinned += [replace(unit, places=slot, sticky=True) for unit in units]
    return pinned


def _gathered(members: Iterable[TestId], rows: Rows, key: Key) -> list[Unit]:
    """Put all tests with the same non-empty key into one unit, where the first of them was.

    So are those of a chain, with all that they are kept with.
    """
    members = list(members)
    name = tied(members, rows, key) if any(rows[test].chain for test in members) else key
    groups: dict[object, list[TestId]] = {}
    for test in members:
        groups.setdefault(name(test) or test, []).append(test)
    return [_together(tests, rows) for tests in groups.values()]


def _together(tests: Sequence[TestId], rows: Rows) -> Unit:
    several = len(tests) > 1
    chain = several and any(rows[test].chain for test in tests)
    return Unit(tests=tuple(tests), sticky=several, chain=chain)


def _balanced(members: Iterable[TestId], rows: Rows) -> Iterator[Unit]:
    """Keep groups whole; let neighbours stay together that share a fixture, a parameter or a file.

    What belongs to a class is never divided: its tests lean on each other.
    A file is no reason to hold anybody up: an idle agent gets the rear half of what another has.
    But tests that lean on the one before them are more common than anybody likes.
    """
    members = list(members)
    bound = [test for test in members if rows[test].group or rows[test].chain]
    gathered = _gathered(bound, rows, lambda test: rows[test].group)
    groups = {unit.tests[0]: unit for unit in gathered if unit.sticky}
    grouped = {test for unit in groups.values() for test in unit.tests}
    run: list[TestId] = []
    for test in members:
        neighbour = run and _bond(rows[test]) == _bond(rows[run[-1]])
        if run and (test in grouped or not neighbour):
            yield _neighbours(run, rows)
            run = []
        if test in groups:
            yield groups[test]
        elif test not in grouped:
            run.append(test)
    if run:
        yield _neighbours(run, rows)


def _neighbours(run: list[TestId], rows: Rows) -> Unit:
    first = rows[run[0]]
    return Unit(tests=tuple(run), sticky=first.whole and len(run) > 1, shares=bool(first.unit))


def _bond(row: TestDescriptor) -> str:
    """What keeps a test with its neighbours."""
    return row.unit or row.path


def _singles(unit: Unit) -> Iterator[Unit]:
    """Make a unit of each test that may be alone."""
    if unit.sticky:
        yield unit
    else:
        yield from (Unit(tests=(test,)) for test in unit.tests)


def _by_places(units: Iterable[Unit], places: Sequence[Places]) -> list[Unit]:
    """Put together what the same agents can run; what the fewest can run comes first."""
    if not places:
        return list(units)
    bound: dict[Places, list[TestId]] = {}
    rest: list[Unit] = []
    for unit in units:
        if unit.sticky:
            rest.append(unit)
            continue
        free = tuple(test for test in unit.tests if places[test] is None)
        for test in unit.tests:
            if places[test] is not None:
                bound.setdefault(places[test], []).append(test)
        rest += [replace(unit, tests=free)] if free else []
    together = [Unit(tests=tuple(tests)) for tests in bound.values()]
    fewest = sorted(together, key=lambda unit: len(places[unit.tests[0]] or ()))
    return [*fewest, *rest]


def _bound(unit: Unit, rows: Rows, places: Sequence[Places]) -> Iterator[Unit]:
    """Say which slots can run a unit; cut one that may be cut where others can."""
    if unit.sticky:
        yield replace(unit, places=_all_of(unit, rows, places))
        return
    parts: dict[Places, list[TestId]] = {}
    for test in unit.tests:
        parts.setdefault(places[test], []).append(test)
    for some, tests in parts.items():
        yield replace(unit, tests=tuple(tests), places=some)


def _scattered(unit: Unit, rows: Rows) -> Iterator[Unit]:
    """Make a unit of each test that several agents are to run, unless it must stay with others."""
    apart = () if unit.sticky else tuple(test for test in unit.tests if rows[test].copies > 1)
    rest = tuple(test for test in unit.tests if test not in apart) if apart else unit.tests
    for test in apart:
        yield replace(unit, tests=(test,), sticky=True, copies=rows[test].copies)
    if rest:
        yield replace(unit, tests=rest)


def _all_of(unit: Unit, rows: Rows, places: Sequence[Places]) -> Places:
    """The slots that can run every test of a unit."""
    needed = [some for some in map(places.__getitem__, unit.tests) if some is not None]
    if not needed:
        return None
    found = frozenset.intersection(*needed)
    if not found:
        test = next(test for test in unit.tests if places[test] is not None)
        raise SettingsError(
            f"{rows[test].node_id} and {len(unit.tests) - 1} more must stay together, and no "
            "agent has the capabilities that all of them need. Give them to one agent in "
            "[tool.agentorch.capabilities], or choose another --agents-dist. [missing-capability]"
        )
    return found


def _dealt(units: Iterable[Unit], agents: int) -> list[Unit]:
    """Deal units in turn to agents; who cannot run one is passed over."""
    dealt: list[Unit] = []
    slots = [SlotId(f"gw{number}") for number in range(agents)]
    for unit in units:
        suitable = (slot for slot in slots if unit.suits(slot) and unit.copies == 1)
        slot = next(suitable, None)
        if slot is not None:
            slots.remove(slot)
            slots.append(slot)
        dealt.append(replace(unit, dealt=slot))
    return dealt
