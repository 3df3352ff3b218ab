"""A lane: the units of one phase that wait for the same: any slot or one slot, and their needs.

Whatever waits, taking the next unit costs nothing more: an agent never looks twice at a unit that
it cannot run.
"""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from pytest_agentorch.model.frozen import replace
from pytest_agentorch.model.ids import AgentId, SlotId, TestId
from pytest_agentorch.model.needs import NO_NEEDS, Needs
from pytest_agentorch.orchestration.ledger import NOTHING, Request
from pytest_agentorch.orchestration.unit import Unit

_NEAR = 8
"""So far a look ahead goes past units that are taken already."""


class LaneKey(NamedTuple):
    """What the units of a lane have in common.

    Attributes:
        slot: the only one that may run them; None for any.
        needs: those of their first tests.
        memory: what they are known to need, in bytes; 0 if nobody knows.
    """

    slot: SlotId | None = None
    needs: Needs = NO_NEEDS
    memory: int = 0


class Lane:
    """First what came back, then the rest in the order of the plan.

    Attributes:
        request: what an agent must have that takes one of the units.
        taken: how many units have been.
        tests: how many wait.
        pieces: into how many parts they can be divided among agents.
    """

    def __init__(self, units: Iterable[Unit] = ()) -> None:
        self.request: Request = NOTHING
        self.taken = 0
        self._returned: deque[Unit] = deque()
        self._refill(units)

    def __iter__(self) -> Iterator[Unit]:
        yield from self._returned
        yield from (unit for unit in self._planned[self._head :] if unit is not None)

    def take(self, agent: AgentId, missing: frozenset[TestId]) -> Unit | None:
        """Take out the first unit that an agent can run, None if there is none."""
        unit = self._take_returned(missing) or self._take_planned(agent, missing)
        if unit is not None:
            self.taken += 1
            self.tests -= len(unit.tests)
            self.pieces -= unit.pieces
        return unit

    def peek(self) -> Unit | None:
        """The unit that is probably next; None if nothing waits or the next is not at hand."""
        if self._returned:
            return self._returned[0]
        near = self._planned[self._head : self._head + _NEAR]
        return next((unit for unit in near if unit is not None), None)

    def suits(self, missing: frozenset[TestId]) -> bool:
        """Whether something waits that an agent can run."""
        if not missing or not self.tests:
            return self.tests > 0
        return any(missing.isdisjoint(unit.tests) for unit in self)

    def put_back(self, unit: Unit, *, last: bool) -> None:
        """Let a unit wait again, before all others or after them."""
        if last:
            self._planned.append(unit)
        else:
            self._returned.appendleft(unit)
        self.tests += len(unit.tests)
        self.pieces += unit.pieces

    def remove(self, tests: Iterable[TestId]) -> None:
        """Take out tests, wherever they wait."""
        gone = set(tests)
        kept = ((unit, tuple(t for t in unit.tests if t not in gone)) for unit in self)
        self._refill([replace(unit, tests=tests) for unit, tests in kept if tests])

    def clear(self) -> list[TestId]:
        """Take out everything."""
        tests = [test for unit in self for test in unit.tests]
        self._refill(())
        return tests

    def divide(self, missing: Sequence[frozenset[TestId]]) -> list[TestId]:
        """Divide units that no agent can run whole; return the tests that none can run at all.

        Args:
            missing: the tests that each of the agents has not collected.
        """
        units: list[Unit] = []
        stranded: list[TestId] = []
        waiting = list(self)
        for unit in waiting:
            if any(some.isdisjoint(unit.tests) for some in missing):
                units.append(unit)
                continue
            for misses, tests in itertools.groupby(
                unit.tests, lambda test: tuple(test in some for some in missing)
            ):
                part = replace(unit, tests=tuple(tests))
                units.append(part)
                stranded += part.tests if all(misses) else ()
        if len(units) != len(waiting):
            self._refill(units)
        return stranded

    def _take_returned(self, missing: frozenset[TestId]) -> Unit | None:
        for unit in self._returned:
            if missing.isdisjoint(unit.tests):
                self._returned.remove(unit)
                return unit
        return None

    def _take_planned(self, agent: AgentId, missing: frozenset[TestId]) -> Unit | None:
        units = self._planned
        while self._head < len(units) and units[self._head] is None:
            self._head += 1
        position = max(self._head, self._passed.get(agent, 0))
        found = None
        while position < len(units):
            unit = units[position]
            if unit is not None and missing.isdisjoint(unit.tests):
                found, units[position] = unit, None
                break
            position += 1
        if missing:
            self._passed[agent] = position
        return found

    def _refill(self, units: Iterable[Unit]) -> None:
        self._returned.clear()
        self._planned: list[Unit | None] = list(units)
        self._head = 0
        self._passed: dict[AgentId, int] = {}
        self.tests = sum(len(unit.tests) for unit in self)
        self.pieces = sum(unit.pieces for unit in self)
