"""The agenda: the phases of a run, which of them have started, and what waits in them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from types import MappingProxyType

from pytest_agentorch.model.ids import AgentId, PhaseName, SlotId, TestId
from pytest_agentorch.orchestration.hand import Hand
from pytest_agentorch.orchestration.lane import Lane
from pytest_agentorch.orchestration.leases import Leases
from pytest_agentorch.orchestration.phase_progress import PhaseProgress
from pytest_agentorch.orchestration.plan import Plan
from pytest_agentorch.orchestration.unit import Unit


class Agenda:
    """Part of the schedule.

    Attributes:
        open: the phases that have started and are not over.
        binds: whether there are tests that only one slot may run.
        preferred: the lane that has waited for too long; None if none has.
    """

    def __init__(self, plan: Plan, leases: Leases) -> None:
        self.phases = {phase.name: PhaseProgress(phase, leases) for phase in plan.phases}
        self._leases = leases
        self._has_special = bool(plan.contention.needs)
        self.preferred: Lane | None = None
        self.open: list[PhaseProgress] = []
        self.binds = any(unit.slot is not None for p in plan.phases for unit in p.units)

    @property
    def demand(self) -> int:
        """How many more agents the open phases could employ with tests that any slot may run."""
        return sum(phase.demand for phase in self.open)

    def openings(self, kept: Mapping[PhaseName, int] = MappingProxyType({})) -> int:
        """How many more agents the open phases could employ, also with tests that others share.

        Args:
            kept: how many tests of each phase nobody would share.
        """
        return sum(phase.openings(kept.get(phase.plan.name, 0)) for phase in self.open)

    @property
    def later_demand(self) -> int:
        """How many agents the phases can employ that have not started."""
        return sum(phase.demand for phase in self.phases.values() if not phase.started)

    @property
    def waits(self) -> bool:
        """Whether tests wait that may start now."""
        return any(lane.tests for phase in self.open for lane in phase.lanes.values())

    def waits_for(self, slot: SlotId) -> bool:
        """Whether tests of an open phase wait that this slot alone may run."""
        return any(phase.waits_for(slot) for phase in self.open)

    def will_wait_for(self, slot: SlotId) -> bool:
        """Whether tests of any phase wait that this slot alone may run."""
        return any(phase.waits_for(slot) for phase in self.phases.values())

    def open_phases(self) -> list[PhaseProgress]:
        """Start every phase whose barrier is open; return those that are new."""
        opened = [
            phase
            for phase in self.phases.values()
            if not phase.started and (not phase.plan.barrier or self._is_behind(phase))
        ]
        for phase in opened:
            phase.started = True
        if opened:
            self._find_open()
        return opened

    def close_phases(self) -> list[PhaseName]:
        """Finish every started phase in which nothing is left to do; return those that are new."""
        closed = [phase for phase in self.open if not phase.unfinished]
        for phase in closed:
            phase.finished = True
        if closed:
            self._find_open()
        return [phase.plan.name for phase in closed]

    def take(self, agent: AgentId, hand: Hand) -> Unit | None:
        """Take out the first unit that an agent may have; None if there is none."""
        for lane in self._lanes(agent, hand):
            unit = lane.take(agent, hand.missing)
            if unit is not None:
                return unit
        return None

    def next_for(self, agent: AgentId, hand: Hand) -> TestId | None:
        """What a hand will probably get after its queue; None if nothing is in sight."""
        if hand.claimed:
            return hand.claimed[0] if hand.may_have(hand.claimed[0]) else None
        for lane in self._lanes(agent, hand) if hand.ration is None else ():
            unit = lane.peek()
            if unit is not None and hand.missing.isdisjoint(unit.tests):
                return unit.tests[0]
        return None

    def lanes_for(self, hand: Hand) -> Iterator[Lane]:
        """Where something waits that a hand might have, the most demanding first."""
        phases = [phase for phase in self.open if hand.may_enter(phase)]
        for special in (True, False) if self._has_special else (False,):
            for phase in phases:
                for lane in phase.lanes_for(hand.slot):
                    if lane.tests and lane.request.rank.special is special:
                        yield lane

    def _lanes(self, agent: AgentId, hand: Hand) -> Iterator[Lane]:
        """Where something waits that an agent may have now."""
        leases, lanes = self._leases, self.lanes_for(hand)
        if not leases.active:
            return lanes
        if agent in leases.held:
            return (lane for lane in lanes if leases.extends(agent, lane.request))
        if self.preferred is not None:
            lanes = iter(sorted(lanes, key=lambda lane: lane is not self.preferred))
        return (lane for lane in lanes if leases.fits(lane.request))

    def learn(self, test: TestId, memory: int) -> None:
        """Take in how much memory a test took: others may need more than was thought."""
        if self._leases.learn(test, memory):
            for phase in self.phases.values():
                phase.learn()

    def see(self, memory: int) -> bool:
        """Take in what agents have while no test takes much; say whether others may need less."""
        changed = self._leases.see(memory)
        for phase in self.phases.values() if changed else ():
            phase.learn()
        return changed

    def divide(self, hands: Collection[Hand]) -> list[TestId]:
        """Divide units that no agent can run whole; return what none can run: it still waits."""
        return [
            test
            for phase in self.open
            for key, lane in phase.lanes.items()
            for test in lane.divide(
                [hand.missing for hand in hands if key.slot in (None, hand.slot)],
            )
        ]

    def remove(self, tests: Collection[TestId]) -> None:
        """Take waiting tests out: they will get their verdict, or none."""
        for phase in self.phases.values() if tests else ():
            for lane in phase.lanes.values():
                lane.remove(tests)

    def clear(self, slot: SlotId | None = None) -> list[TestId]:
        """Take out everything that waits, or what only one slot may run."""
        lanes = [item for phase in self.phases.values() for item in phase.lanes.items()]
        return [test for key, lane in lanes if slot in (None, key.slot) for test in lane.clear()]

    def _is_behind(self, phase: PhaseProgress) -> bool:
        before = (self.phases[name] for name in phase.plan.after if name in self.phases)
        return all(other.finished for other in before)

    def _find_open(self) -> None:
        self.open = [p for p in self.phases.values() if p.started and not p.finished]
