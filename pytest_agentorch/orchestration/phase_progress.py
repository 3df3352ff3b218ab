"""How far one phase is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from pytest_agentorch.model.ids import SlotId
from pytest_agentorch.model.needs import NO_NEEDS
from pytest_agentorch.orchestration.lane import Lane, LaneKey
from pytest_agentorch.orchestration.leases import Leases
from pytest_agentorch.orchestration.plan import PhasePlan
from pytest_agentorch.orchestration.unit import Unit

_PLAIN = LaneKey()


class PhaseProgress:
    """One phase while it runs.

    Attributes:
        lanes: what waits, by what it waits for.
        unfinished: tests that still need a verdict.
        busy: agents with tests of this phase in hand.
        loose: tests in hands that have not started and may go to another.
        stopped: whether no test of it may start any more, although others may.
    """

    def __init__(self, plan: PhasePlan, leases: Leases) -> None:
        self.plan = plan
        self._leases = leases
        self.lanes: dict[LaneKey, Lane] = {}
        self._by_slot: dict[SlotId | None, Sequence[Lane]] = {}
        by_key: dict[LaneKey, list[Unit]] = {_PLAIN: []}
        plain = by_key[_PLAIN]
        for unit in plan.units:
            key = self._key(unit)
            (plain if key is _PLAIN else by_key.setdefault(key, [])).append(unit)
        for key, units in by_key.items():
            self._open_lane(key, units)
        self.unfinished = plan.tests
        self.busy = 0
        self.loose = 0
        self.started = False
        self.finished = self.stopped = False

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

    def lanes_for(self, slot: SlotId | None) -> Sequence[Lane]:
        """Where an agent of this slot finds its work, the most demanding and its own first."""
        found = self._by_slot.get(slot)
        if found is None:
            own = [(key, lane) for key, lane in self.lanes.items() if key.slot in (None, slot)]
            own.sort(
                key=lambda pair: (pair[1].request.rank, pair[0].slot is not None), reverse=True
            )
            found = self._by_slot[slot] = [lane for _, lane in own]
        return found

    def put_back(self, unit: Unit, *, last: bool) -> None:
        """Let a unit wait again, before all others that need the same or after them."""
        key = self._key(unit)
        lane = self.lanes.get(key) or self._open_lane(key, ())
        lane.put_back(unit, last=last)

    def learn(self) -> None:
        """Other tests may need more than was thought."""
        for key, lane in self.lanes.items():
            lane.request = self._leases.request_of_lane(key.needs, key.memory, self.plan)
        self._by_slot.clear()

    @property
    def _pieces(self) -> int:
        return sum(lane.pieces for lane in self.lanes_for(None))

    def _key(self, unit: Unit) -> LaneKey:
        needs = self._leases.needs(unit.tests[0])
        if unit.slot is None and needs is NO_NEEDS and not unit.memory:
            return _PLAIN
        return LaneKey(unit.slot, needs, unit.memory)

    def _open_lane(self, key: LaneKey, units: Sequence[Unit]) -> Lane:
        lane = self.lanes[key] = Lane(units)
        lane.request = self._leases.request_of_lane(key.needs, key.memory, self.plan)
        self._by_slot.clear()
        return lane


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
