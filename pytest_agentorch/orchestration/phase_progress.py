"""How far one phase is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from pytest_agentorch.model.frozen import replace
from pytest_agentorch.model.ids import SlotId, TestId
from pytest_agentorch.orchestration.lane import Lane, LaneKey
from pytest_agentorch.orchestration.leases import Leases
from pytest_agentorch.orchestration.phase_plan import PhasePlan
from pytest_agentorch.orchestration.unit import Places, Unit
from pytest_agentorch.orchestration.wave import Wave

PLAIN = LaneKey()


class PhaseProgress:
    """One phase while it runs.

    Attributes:
        lanes: what waits, by who may have it and who is first.
        tests: how many belong to it.
        unfinished: tests that still need a verdict.
        busy: agents with tests of this phase in hand.
        loose: tests in hands that have not started and may go to another, by who may have them.
        failures: tests of it that have failed.
        dropped: tests of it that will have no verdict.
        void: copies of tests that have not ended although others have given their verdict.
        stopped: whether no test of it may start any more, although others may.
        skipped: whether it is over without having begun.
        excused: tests of it that were left out on purpose: its gate is closed, or there is a veto.
        veto: why it is not to run, or not to its end; empty if it is.
        held: what waits for a later wave.
        wave: the latest; None if the phase is not cut.
        in_review: the number of the wave of which plugins are being told, 0 for all of the phase;
            None if nobody is. They may be against what comes after that.
    """

    def __init__(self, plan: PhasePlan, leases: Leases) -> None:
        self.plan = plan
        self._leases = leases
        self.lanes: dict[LaneKey, Lane] = {}
        by_key: dict[LaneKey, list[Unit]] = {PLAIN: []}
        self.held = Lane(() if plan.waves is None else plan.units)
        self._later = {test for unit in self.held for test in unit.tests}
        for unit in plan.units if plan.waves is None else ():
            by_key.setdefault(self._key(unit), []).append(unit)
        for key, units in by_key.items():
            self.lanes[key] = Lane(units)
        self.tests = self.unfinished = plan.tests
        self.busy = self.void = 0
        self.loose: Counter[Places] = Counter()
        self.started = False
        self.finished = self.stopped = self.skipped = False
        self.failures = self.dropped = self.excused = 0
        self.veto = ""
        self.wave: Wave | None = None
        self.in_review: int | None = None

    @property
    def is_between_waves(self) -> bool:
        """Whether nothing more comes of a wave, and another one is left."""
        return 0 < self.held.tests == self.unfinished and self.started and not self.void

    @property
    def later_demand(self) -> int:
        """How many agents it can employ with what may not start yet."""
        waiting = self.held.pieces + (0 if self.started else self._pieces(None))
        return min(self.plan.agents, waiting)

    @property
    def demand(self) -> int:
        """How many more agents it could employ with tests that any slot may run."""
        return max(0, min(self.plan.agents - self.busy, self._pieces(None)))

    @property
    def bound(self) -> set[Places]:
        """For which slots tests wait that not all may run, or are in hands that could share."""
        waits = {key.places for key, lane in self.lanes.items() if lane.tests}
        return (waits | {places for places, tests in self.loose.items() if tests}) - {None}

    def openings(self, kept: int = 0, places: Places = None) -> int:
        """How many more agents it could employ if those that have tests shared all but so many.

        Args:
            kept: so many of the tests in hands.
            places: with tests that these slots may run; None for those that all may run.
        """
        shared = self._pieces(places) + self.loose[places] - kept
        return max(0, min(self.plan.agents - self.busy, shared))

    def waits_for(self, slot: SlotId) -> bool:
        """Whether tests wait that not all slots may run, but this one may."""
        lanes = self.lanes.items()
        return any(lane.tests for key, lane in lanes if key.places is not None and key.suits(slot))

    def will_wait_for(self, slot: SlotId) -> bool:
        """Whether they do, or will in a later wave."""
        return self.waits_for(slot) or any(
            unit.waits_for and unit.suits(slot) for unit in self.held
        )

    def waiting(self) -> Iterator[tuple[LaneKey, Lane]]:
        """Where tests wait."""
        return ((key, lane) for key, lane in self.lanes.items() if lane.tests)

    def begin_wave(self, number: int, size: int, at: float, losses: int) -> Wave:
        """Let the next units wait, with so many tests together; what must stay whole does."""
        tests: list[TestId] = []
        while len(tests) < size and (place := self.held.first()) is not None:
            unit, room = self.held.take(place), size - len(tests)
            if not unit.sticky and len(unit.tests) > room:
                self.held.put_back(replace(unit, tests=unit.tests[room:]), last=False)
                unit = replace(unit, tests=unit.tests[:room])
            self.lanes.setdefault(self._key(unit), Lane()).put_back(unit, last=True)
            tests += unit.tests
        self._later.difference_update(tests)
        self.wave = Wave(number, tuple(tests), at, losses)
        return self.wave

    def waiting_units(self) -> Iterator[Unit]:
        """What waits, for a later wave, too."""
        return (unit for lane in (*self.lanes.values(), self.held) for unit in lane)

    def let_go(self, tests: Collection[TestId]) -> None:
        """Tests that wait here belong to it no more."""
        for lane in (*self.lanes.values(), self.held):
            lane.remove(tests)
        self._later.difference_update(tests)
        self._count(-len(tests))

    def begin_with(self, unit: Unit) -> None:
        """Let a unit that did not belong to it wait before all others, for the next wave if any."""
        if self.plan.waves is None:
            self.put_back(unit, last=False)
        else:
            self.held.put_back(unit, last=False)
            self._later.update(unit.tests)
        self._count(len(unit.tests))

    def clear(self) -> list[TestId]:
        """Take out everything that waits."""
        return [test for lane in (*self.lanes.values(), self.held) for test in lane.clear()]

    def put_back(self, unit: Unit, *, last: bool) -> None:
        """Let a unit wait again, before all others of its priority or after all."""
        if not self._later.isdisjoint(unit.tests):
            # It was taken from a later wave.
            self.held.put_back(self._part(unit, later=True), last=True)
            unit = self._part(unit, later=False)
        if not unit.tests:
            return
        key = self._key(unit)
        if last:
            key = key._replace(priority=min(one.priority for one in self.lanes))
        self.lanes.setdefault(key, Lane()).put_back(unit, last=last)

    def _count(self, tests: int) -> None:
        self.tests += tests
        self.unfinished += tests

    def _part(self, unit: Unit, *, later: bool) -> Unit:
        """The tests of a unit that are in later waves, or that are not."""
        return replace(unit, tests=tuple(t for t in unit.tests if (t in self._later) is later))

    def _pieces(self, places: Places) -> int:
        return sum(lane.pieces for key, lane in self.lanes.items() if key.places == places)

    def _key(self, unit: Unit) -> LaneKey:
        demanding = self._leases.goes_first(unit.tests[0])
        key = LaneKey(unit.waits_for, demanding, unit.priority)
        return PLAIN if key == PLAIN else key


@dataclass(slots=True, eq=False)
class Home:
    """Where the tests of a unit belong.

    Attributes:
        unfinished: those that still need a verdict.
    """

    phase: PhaseProgress
    unit: Unit
    unfinished: int = field(init=False)

    def __post_init__(self) -> None:
        self.unfinished = len(self.unit.tests)

    def divide(self, tests: Collection[TestId]) -> None:
        """Some of them belong elsewhere from now on."""
        gone = set(tests)
        left = tuple(test for test in self.unit.tests if test not in gone)
        self.unit = replace(self.unit, tests=left)
        self.unfinished -= len(gone)

    def finish_one(self) -> None:
        """One of them needs no verdict any more."""
        self.unfinished -= 1
        self.phase.unfinished -= 1
