"""How far one phase is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from pytest_agentorch.model.ids import SlotId
from pytest_agentorch.orchestration.lane import Lane, LaneKey
from pytest_agentorch.orchestration.leases import Leases
from pytest_agentorch.orchestration.plan import PhasePlan
from pytest_agentorch.orchestration.unit import Places, Unit

PLAIN = LaneKey()


class PhaseProgress:
    """One phase while it runs.

    Attributes:
        lanes: what waits, by who may have it and who is first.
        unfinished: tests that still need a verdict.
        busy: agents with tests of this phase in hand.
        loose: tests in hands that have not started and may go to another, by who may have them.
        void: copies of tests that have not ended although others have given their verdict.
        stopped: whether no test of it may start any more, although others may.
    """

    def __init__(self, plan: PhasePlan, leases: Leases) -> None:
        self.plan = plan
        self._leases = leases
        self.lanes: dict[LaneKey, Lane] = {}
        by_key: dict[LaneKey, list[Unit]] = {PLAIN: []}
        for unit in plan.units:
            by_key.setdefault(self._key(unit), []).append(unit)
        for key, units in by_key.items():
            self.lanes[key] = Lane(units)
        self.unfinished = plan.tests
        self.busy = self.void = 0
        self.loose: Counter[Places] = Counter()
        self.started = False
        self.finished = self.stopped = False

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

    def waiting(self) -> Iterator[tuple[LaneKey, Lane]]:
        """Where tests wait."""
        return ((key, lane) for key, lane in self.lanes.items() if lane.tests)

    def put_back(self, unit: Unit, *, last: bool) -> None:
        """Let a unit wait again, before all others of its priority or after all."""
        key = self._key(unit)
        if last:
            key = key._replace(priority=min(one.priority for one in self.lanes))
        self.lanes.setdefault(key, Lane()).put_back(unit, last=last)

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

    def finish_one(self) -> None:
        """One of them needs no verdict any more."""
        self.unfinished -= 1
        self.phase.unfinished -= 1
