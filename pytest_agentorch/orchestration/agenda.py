"""The agenda: the phases of a run, which of them have started, and what waits in them."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple

from pytest_agentorch.model.ids import AgentId, PhaseName, SlotId, TestId
from pytest_agentorch.orchestration.hand import Hand
from pytest_agentorch.orchestration.lane import Lacks, Lane, LaneKey
from pytest_agentorch.orchestration.leases import Leases
from pytest_agentorch.orchestration.ledger import Request
from pytest_agentorch.orchestration.phase_progress import PhaseProgress
from pytest_agentorch.orchestration.plan import Plan
from pytest_agentorch.orchestration.unit import Places, Unit


class Spot(NamedTuple):
    """Where a unit waits."""

    lane: Lane
    place: int

    @property
    def unit(self) -> Unit:
        """The unit."""
        return self.lane.unit(self.place)


Kept = Mapping[tuple[PhaseName, Places], int]
"""Of each phase how many tests in hands nobody would share, by who may have them."""


class Agenda:
    """Part of the schedule.

    Attributes:
        tests: by `TestId`.
        slots: where agents may come.
        open: the phases that have started and are not over.
        has_priorities: whether some tests are more urgent than others.
        binds: whether there are tests that only one slot may run.
        kept_failures: how many tests of a phase have failed in an earlier run.
    """

    def __init__(self, plan: Plan, leases: Leases) -> None:
        self.phases = {phase.name: PhaseProgress(phase, leases) for phase in plan.phases}
        self._leases = leases
        self.tests = plan.tests
        self.slots = frozenset(plan.slots)
        self.kept_failures = plan.kept_failures
        self.open: list[PhaseProgress] = []
        self.has_priorities = any(row.priority for row in plan.tests)
        self.binds = any(unit.waits_for for phase in plan.phases for unit in phase.units)

    @property
    def demand(self) -> int:
        """How many more agents the open phases could employ with tests that any slot may run."""
        return sum(phase.demand for phase in self.open)

    def openings(self, kept: Kept = MappingProxyType({})) -> int:
        """How many more agents the open phases could employ, also with tests that others share.

        Args:
            kept: how many tests of each phase nobody would share.
        """
        return sum(phase.openings(kept.get((phase.plan.name, None), 0)) for phase in self.open)

    def bound_openings(self, kept: Kept) -> Iterator[tuple[frozenset[SlotId], int]]:
        """The same with tests that not all slots may run, by who may."""
        for phase in self.open:
            for places in filter(None, phase.bound):
                yield places, phase.openings(kept.get((phase.plan.name, places), 0), places)

    @property
    def later_demand(self) -> int:
        """How many agents the phases and waves can employ that have not started."""
        return sum(phase.later_demand for phase in self.phases.values())

    @property
    def waits(self) -> bool:
        """Whether tests wait that may start now."""
        return any(lane.tests for phase in self.open for lane in phase.lanes.values())

    def will_wait_for(self, slot: SlotId) -> bool:
        """Whether tests of any phase wait that not all slots may run, but this one may."""
        return self.binds and any(phase.will_wait_for(slot) for phase in self.phases.values())

    def ready(self) -> list[PhaseProgress]:
        """The phases that may start now."""
        return [
            phase
            for phase in self.phases.values()
            if not phase.started and (not phase.plan.barrier or self._is_behind(phase))
        ]

    def before(self, phase: PhaseProgress) -> list[PhaseProgress]:
        """The phases that one waits for, with those that these wait for."""
        return [self.phases[name] for name in phase.plan.after if name in self.phases]

    def skip(self, phase: PhaseProgress) -> list[TestId]:
        """Let a phase be over that has not begun; return what waits in it."""
        phase.started = phase.finished = phase.skipped = True
        return phase.clear()

    def open_phases(self) -> list[PhaseProgress]:
        """Start every phase whose barrier is open; return those that are new."""
        opened = self.ready()
        for phase in opened:
            phase.started = True
        if opened:
            self._find_open()
        return opened

    def close_phases(self) -> list[PhaseName]:
        """Finish every started phase in which nothing is left to do; return those that are new."""
        closed = [phase for phase in self.open if not phase.unfinished + phase.void]
        for phase in closed:
            phase.finished = True
        if closed:
            self._find_open()
        return [phase.plan.name for phase in closed]

    def first(self, agent: AgentId, hand: Hand) -> Spot | None:
        """Where an agent finds another unit: the first that it may have, if it holds no other."""
        return None if hand.claimed else self.look(agent, hand)

    def look(self, agent: AgentId, hand: Hand) -> Spot | None:
        """Where it would find one if it held no other."""
        leases = self._leases
        if hand.ration is not None or not leases.may_ask(agent):
            return None
        preferred, lacks = leases.preferred(agent), self._lacks(agent, hand.missing)
        lanes = [*self.lanes_for(hand)]
        spots = [(lane, lane.find(preferred)) for lane in lanes] if preferred is not None else []
        looks = ((lane, lane.first(lacks)) for lane in lanes)
        for lane, place in itertools.chain(spots, looks):
            if place is not None:
                return Spot(lane, place)
        return None

    def next_for(self, agent: AgentId, hand: Hand) -> TestId | None:
        """What a hand will probably get after its queue; None if nothing is in sight."""
        spot = self.first(agent, hand)
        return hand.next if spot is None else spot.unit.tests[0]

    def lanes_for(self, hand: Hand) -> Iterator[Lane]:
        """Where something waits that a hand might have, in order."""
        phases = [phase for phase in self.open if hand.may_enter(phase)]
        if len(phases) == 1 and len(phases[0].lanes) == 1:
            # As it is in most runs: asked for at every event.
            return (lane for key, lane in phases[0].waiting() if key.suits(hand.slot))
        return (lane for key, lane in _in_order(phases) if key.suits(hand.slot))

    def open_lanes(self) -> Iterator[tuple[LaneKey, Lane]]:
        """Where something waits that may start now, in order."""
        return iter(_in_order(self.open))

    def upcoming(self, count: int) -> Iterator[Request]:
        """What so many more agents would probably ask for."""
        leases = self._leases
        for phase in self.open:
            yield from itertools.repeat(leases.ordinary(phase.plan), min(phase.loose[None], count))
        for demanding in (False, True):
            for key, lane in self.open_lanes():
                if key.places is not None or key.demanding is not demanding:
                    continue
                lane.first(self._lacks())
                for unit in itertools.chain(lane.refused(count), lane.untried(count)):
                    request = leases.request(unit.tests[0])
                    yield from itertools.repeat(request, min(unit.pieces, count))

    def learn(self, test: TestId, memory: int) -> bool:
        """Take in how much memory a test took; say whether that of others is known better now."""
        if not self._leases.learn(test, memory):
            return False
        tests = self.tests
        self._look_again(lambda unit: tests[unit.tests[0]].path == tests[test].path)
        return True

    def see(self, memory: int) -> bool:
        """Take in what agents have while no test takes much; say whether others may need less."""
        if not self._leases.see(memory):
            return False
        self._look_again(lambda _: True)
        return True

    def _look_again(self, lack_less: Callable[[Unit], bool]) -> None:
        for phase in self.phases.values():
            for lane in phase.lanes.values():
                lane.look_again(lack_less)

    def divide(self, hands: Collection[Hand]) -> list[TestId]:
        """Divide units that no agent can run whole; return what none can run: it still waits."""
        return [
            test
            for phase in self.open
            for key, lane in phase.lanes.items()
            for some in ([hand.missing for hand in hands if key.suits(hand.slot)],)
            if some
            for test in lane.divide(some)
        ]

    def remove(self, tests: Collection[TestId]) -> None:
        """Take waiting tests out: they will get their verdict, or none."""
        for phase in self.phases.values() if tests else ():
            for lane in (*phase.lanes.values(), phase.held):
                lane.remove(tests)

    def clear(self, gone: Collection[SlotId] | None = None) -> list[TestId]:
        """Take out everything that waits, or what only these slots may run."""
        phases = self.phases.values()
        if gone is None:
            return [test for phase in phases for test in phase.clear()]
        self.slots -= set(gone)
        lanes = [lane for phase in phases for lane in (*phase.lanes.values(), phase.held)]
        bound = [
            test
            for lane in lanes
            for unit in lane
            if unit.waits_for is not None and unit.waits_for <= set(gone)
            for test in unit.tests
        ]
        self.remove(bound)
        return bound

    def _lacks(
        self, agent: AgentId | None = None, missing: frozenset[TestId] = frozenset()
    ) -> Lacks | None:
        """What an agent lacks for a unit: tests, or what they need; None if it lacks nothing."""
        leases = self._leases

        def lacks(unit: Unit) -> Hashable:
            if not missing.isdisjoint(unit.tests):
                return missing
            if not leases.active:
                return None
            return leases.lacks(unit.tests[0], agent)

        return lacks if missing or leases.active else None

    def _is_behind(self, phase: PhaseProgress) -> bool:
        return all(other.finished and other.in_review is None for other in self.before(phase))

    def _find_open(self) -> None:
        self.open = [p for p in self.phases.values() if p.started and not p.finished]


def _in_order(phases: Iterable[PhaseProgress]) -> list[tuple[LaneKey, Lane]]:
    """Where something waits in some phases; an agent takes what is first that it may have."""
    found = [(n, item) for n, phase in enumerate(phases) for item in phase.waiting()]
    if len(found) > 1:
        found.sort(key=lambda one: (one[1][0].rank, one[0], one[1][0].width))
    return [item for _, item in found]
