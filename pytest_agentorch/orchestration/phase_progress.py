"""How far one phase is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from pytest_agentorch.model.frozen import replace
from pytest_agentorch.model.ids import SlotId, TestId
from pytest_agentorch.orchestration.lane import Lane, LaneKey
from pytest_agentorch.orchestration.leases import Leases
from pytest_agentorch.orchestration.phase_plan import PhasePlan
from pytest_agentorch.orchestration.unit import Unit
from pytest_agentorch.orchestration.wave import Wave

PLAIN = LaneKey()


class PhaseProgress:
    """One phase while it runs.

    Attributes:
        lanes: what waits, by who may have it and who is first.
        unfinished: tests that still need a verdict.
        busy: agents with tests of this phase in hand.
        loose: tests in hands that have not started and may go to another.
        failures: tests of it that have failed.
        dropped: tests of it that will have no verdict.
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
        for unit in plan.units if plan.waves is None else ():
            by_key.setdefault(self._key(unit), []).append(unit)
        for key, units in by_key.items():
            self.lanes[key] = Lane(units)
        self.unfinished = plan.tests
        self.busy = 0
        self.loose = 0
        self.started = False
        self.finished = self.stopped = self.skipped = False
        self.failures = self.dropped = self.excused = 0
        self.veto = ""
        self.wave: Wave | None = None
        self.in_review: int | None = None

    @property
    def is_between_waves(self) -> bool:
        """Whether nothing more comes of a wave, and another one is left."""
        return 0 < self.held.tests == self.unfinished and self.started

    @property
    def later_demand(self) -> int:
        """How many agents it can employ with what may not start yet."""
        waiting = self.held.pieces + (0 if self.started else self._pieces)
        return min(self.plan.agents, waiting)

    @property
    def demand(self) -> int:
        """How many more agents it could employ with tests that any slot may run."""
        return max(0, min(self.plan.agents - self.busy, self._pieces))

    def openings(self, kept: int = 0) -> int:
        """How many more agents it could employ if those that have tests shared all but so many."""
        shared = self._pieces + self.loose - kept
        return max(0, min(self.plan.agents - self.busy, shared))

    def waits_for(self, slot: SlotId) -> bool:
        """Whether tests wait that this slot alone may run."""
        return any(lane.tests for key, lane in self.lanes.items() if key.slot == slot)

    def will_wait_for(self, slot: SlotId) -> bool:
        """Whether they do, or will in a later wave."""
        return self.waits_for(slot) or any(unit.slot == slot for unit in self.held)

    def lanes_for(self, slot: SlotId | None, *, demanding: bool) -> Iterator[Lane]:
        """Where an agent of this slot finds its work, its own first."""
        for wanted in (slot, None) if slot is not None and len(self.lanes) > 1 else (None,):
            lane = self.lanes.get(LaneKey(wanted, demanding))
            if lane is not None and lane.tests:
                yield lane

    def begin_wave(self, number: int, size: int, at: float, losses: int) -> Wave:
        """Let the next units wait, with so many tests together; what must stay whole does."""
        tests: list[TestId] = []
        while len(tests) < size and (place := self.held.first()) is not None:
            unit, room = self.held.take(place), size - len(tests)
            if not unit.sticky and len(unit.tests) > room:
                self.held.put_back(replace(unit, tests=unit.tests[room:]), last=False)
                unit = replace(unit, tests=unit.tests[:room])
            self.put_back(unit, last=True)
            tests += unit.tests
        self.wave = Wave(number, tuple(tests), at, losses)
        return self.wave

    def clear(self) -> list[TestId]:
        """Take out everything that waits."""
        return [test for lane in (*self.lanes.values(), self.held) for test in lane.clear()]

    def put_back(self, unit: Unit, *, last: bool) -> None:
        """Let a unit wait again, before all others or after them."""
        self.lanes.setdefault(self._key(unit), Lane()).put_back(unit, last=last)

    @property
    def _pieces(self) -> int:
        return sum(lane.pieces for key, lane in self.lanes.items() if key.slot is None)

    def _key(self, unit: Unit) -> LaneKey:
        demanding = self._leases.goes_first(unit.tests[0])
        return LaneKey(unit.slot, demanding) if demanding or unit.slot is not None else PLAIN


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

    def finish_one(self) -> None:
        """One of them needs no verdict any more."""
        self.unfinished -= 1
        self.phase.unfinished -= 1
