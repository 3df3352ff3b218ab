"""A lane: units that wait in order. What somebody was refused waits behind what it lacked.

However many wait for the same, an agent looks at one: if that is refused, so are the others.
"""

from __future__ import annotations

import itertools
import math
from bisect import insort
from collections import deque
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from typing import NamedTuple

from pytest_agentorch.model.frozen import replace
from pytest_agentorch.model.ids import SlotId, TestId
from pytest_agentorch.orchestration.unit import Places, Unit

Lacks = Callable[[Unit], Hashable]
"""What an agent lacks for a unit, None for nothing; for all units that lacked the same."""


class LaneKey(NamedTuple):
    """What the units of a lane have in common.

    Attributes:
        places: the slots that may run them; None for all.
        demanding: whether they begin before others.
        priority: what has a higher one begins before.
    """

    places: Places = None
    demanding: bool = False
    priority: int = 0

    def suits(self, slot: SlotId) -> bool:
        """Whether an agent of a slot may have them."""
        return self.places is None or slot in self.places

    @property
    def rank(self) -> tuple[int, bool]:
        """What has a smaller one begins before."""
        return -self.priority, not self.demanding

    @property
    def width(self) -> float:
        """Who may have one of several takes what the fewest may have."""
        return math.inf if self.places is None else len(self.places)


class Lane:
    """First what came back, then the rest in the order of the plan.

    Attributes:
        tests: how many wait.
        pieces: into how many parts they can be divided among agents.
    """

    def __init__(self, units: Iterable[Unit] = ()) -> None:
        self._refill(units)

    def __iter__(self) -> Iterator[Unit]:
        return (self._units[place] for place in sorted(self._units))

    def first(self, lacks: Lacks | None = None) -> int | None:
        """The place of the first unit that somebody can have; what he cannot have steps aside."""
        best: int | None = None
        for key, places in sorted(self._behind.items(), key=lambda item: item[1][:1]):
            if best is None or not places or places[0] < best:
                found = self._first_behind(key, lacks)
                best = found if best is None or (found is not None and found < best) else best
        ahead = self._ahead
        while ahead and (best is None or ahead[0] < best):
            place = ahead[0]
            unit = self._units.get(place)
            lack = None if unit is None or lacks is None else lacks(unit)
            if unit is not None and lack is None:
                return place
            ahead.popleft()
            if lack is not None:
                insort(self._behind.setdefault(lack, []), place)
        return best

    def find(self, test: TestId) -> int | None:
        """Where the unit is that begins with a test, if it is the first that waits for the same."""
        for places in (self._ahead, *self._behind.values()):
            for place in self._some(places, 1):
                if self._units[place].tests[0] == test:
                    return place
        return None

    def unit(self, place: int) -> Unit:
        """The unit in a place."""
        return self._units[place]

    def take(self, place: int) -> Unit:
        """Take out the unit in a place."""
        unit = self._units.pop(place)
        self.tests -= len(unit.tests)
        self.pieces -= unit.pieces
        return unit

    def untried(self, count: int = 1) -> Iterator[Unit]:
        """The first so many that nobody was refused."""
        return map(self.unit, self._some(self._ahead, count))

    def refused(self, count: int = 1) -> Iterator[Unit]:
        """Of those that somebody was refused, the first so many that wait for the same."""
        for places in self._behind.values():
            yield from map(self.unit, self._some(places, count))

    def look_again(self, lack_less: Callable[[Unit], bool]) -> None:
        """Let units that may lack less than they did no longer wait behind that."""
        again: list[int] = []
        for places in self._behind.values():
            waiting = [place for place in places if place in self._units]
            some = {place for place in waiting if lack_less(self._units[place])}
            places[:] = [place for place in waiting if place not in some]
            again += some
        if again:
            in_order = sorted([*again, *self._ahead])
            self._ahead.clear()
            self._ahead.extend(in_order)

    def put_back(self, unit: Unit, *, last: bool) -> None:
        """Let a unit wait again, before all others or after them."""
        if last:
            self._ahead.append(self._end)
            self._units[self._end] = unit
            self._end += 1
        else:
            self._begin -= 1
            self._ahead.appendleft(self._begin)
            self._units[self._begin] = unit
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

    def _first_behind(self, key: Hashable, lacks: Lacks | None) -> int | None:
        places = self._behind[key]
        while places:
            place = places[0]
            unit = self._units.get(place)
            lack = None if unit is None or lacks is None else lacks(unit)
            if unit is not None and lack in (None, key):
                return place if lack is None else None
            del places[0]
            if lack is not None:
                insort(self._behind.setdefault(lack, []), place)
        del self._behind[key]
        return None

    def _some(self, places: Iterable[int], count: int) -> Iterator[int]:
        return itertools.islice((place for place in places if place in self._units), count)

    def _refill(self, units: Iterable[Unit]) -> None:
        self._units = dict(enumerate(units))
        self._begin, self._end = 0, len(self._units)
        self._ahead: deque[int] = deque(self._units)
        self._behind: dict[Hashable, list[int]] = {}
        self.tests = sum(len(unit.tests) for unit in self._units.values())
        self.pieces = sum(unit.pieces for unit in self._units.values())
