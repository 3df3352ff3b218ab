"""Staffing: for which tests agents are started, and which tests no agent can be had for."""

from __future__ import annotations

import itertools
from collections import Counter

from pytest_agentorch.model.ids import PhaseName, SlotId, TestId
from pytest_agentorch.orchestration.agenda import Kept
from pytest_agentorch.orchestration.agent_record import AgentRecord, AgentState, SlotRecord
from pytest_agentorch.orchestration.command import StartAgent
from pytest_agentorch.orchestration.decision import Draft
from pytest_agentorch.orchestration.losses import Losses
from pytest_agentorch.orchestration.reach import stranded
from pytest_agentorch.orchestration.registry import AgentRegistry
from pytest_agentorch.orchestration.schedule import Schedule
from pytest_agentorch.orchestration.unit import Places


class Staffing:
    """Part of the dispatcher: it starts agents and gives tests up, but hands none out."""

    def __init__(
        self, schedule: Schedule, registry: AgentRegistry, losses: Losses, draft: Draft
    ) -> None:
        self._schedule = schedule
        self._registry = registry
        self._losses = losses
        self._draft = draft

    def start_agents(self) -> None:
        """Start agents for suspects without one, and for work that no agent is free for."""
        agenda = self._schedule.agenda
        free = self._registry.free_slots()
        if not free or not (agenda.openings() or agenda.binds or self._schedule.suspects):
            return
        suspects = self.unattended(self.attendants())
        kept = self._kept()
        openings = self._within_capacity(agenda.openings(kept))
        bound = self._bound_openings(kept) if agenda.binds else []
        wanted = openings + len(self._schedule.suspects) - self._at_hand()
        for slot in free:
            suspect = next((test for test in suspects if self.suits(slot, test)), None)
            places = next((some for some in bound if slot.slot in some), None)
            if suspect is not None:
                suspects.remove(suspect)
            elif places is not None:
                bound.remove(places)
            elif min(wanted, openings) < 1:
                continue
            self._start(slot)
            wanted -= 1

    def _bound_openings(self, kept: Kept) -> list[frozenset[SlotId]]:
        """Where agents are wanted for what not all slots may run: the slots of each."""
        wanted: list[frozenset[SlotId]] = []
        at_hand = [r.slot for r in self._registry.live.values() if self._is_at_hand(r)]
        for places, openings in self._schedule.agenda.bound_openings(kept):
            wanted += [places] * (openings - sum(slot in places for slot in at_hand))
        return wanted

    def _within_capacity(self, openings: int) -> int:
        """How many more agents could have something to do at once, of so many.

        The least demanding tests would be for them: of those most fit beside each other.
        """
        schedule = self._schedule
        if not schedule.leases.active or not openings:
            return openings
        return schedule.leases.room(schedule.agenda.upcoming(openings), openings)

    def _start(self, slot: SlotRecord) -> None:
        record = self._registry.occupy(slot)
        self._draft.order(StartAgent(agent=record.agent, slot=slot.slot))

    def _kept(self) -> Counter[tuple[PhaseName, Places]]:
        """The next tests of agents that have not begun: they could be shared, and never are."""
        homes = self._schedule.homes
        waiting = (hand for hand in self._schedule.hands.values() if hand.started is None)
        following = (test for hand in waiting for test in itertools.islice(hand.tests(), 1))
        loose = (homes[test] for test in following if not homes[test].unit.sticky)
        return Counter((home.phase.plan.name, home.unit.waits_for) for home in loose)

    def _at_hand(self) -> int:
        """How many agents have nothing to do, or are coming."""
        return sum(map(self._is_at_hand, self._registry.live.values()))

    def _is_at_hand(self, record: AgentRecord) -> bool:
        hands, counts = self._schedule.hands, self._schedule.leases.active
        waits_for_lease = counts and record.agent in hands and hands[record.agent].claimed
        return record.state.is_coming or (self.is_idle(record) and not waits_for_lease)

    def is_idle(self, record: AgentRecord) -> bool:
        """Whether an agent takes part and has nothing to do."""
        return record.state is AgentState.ACTIVE and self._schedule.hands[record.agent].idle

    def attendants(self, *, or_leaving: bool = False) -> dict[TestId, AgentRecord | None]:
        """The fresh agent for each suspect, one that has nothing to do or is coming.

        Args:
            or_leaving: an agent that makes room for a fresh one is as good.
        """
        if not self._schedule.suspects:
            return {}
        live = self._registry.live.values()
        pool = [record for record in live if record.fresh and self.is_idle(record)]
        pool += [record for record in live if record.state.is_coming]
        pool += [record for record in live if or_leaving and record.state.is_leaving]
        attendants: dict[TestId, AgentRecord | None] = {}
        for test in self._schedule.suspects:
            suitable = (r for r in pool if self.suits(self._registry.slot(r), test))
            attendants[test] = found = next(suitable, None)
            pool = [record for record in pool if record is not found]
        return attendants

    def unattended(self, attendants: dict[TestId, AgentRecord | None]) -> list[TestId]:
        """The suspects without an agent."""
        return [test for test, record in attendants.items() if record is None]

    def give_up_hopeless(self, at: float) -> bool:
        """Fail the tests that nobody can run; say whether others wait now than before."""
        changes = self._schedule.changes
        hopeless = [
            test
            for test in self._schedule.suspects
            if not any(self.suits(slot, test) for slot in self._registry.slots.values())
        ]
        for test in hopeless:
            self._schedule.suspects.remove(test)
        lost = self._stranded()
        self._schedule.agenda.remove(lost)
        for test in (*hopeless, *lost):
            self._losses.give_up_waiting(test, at)
        return bool(hopeless or lost) or changes != self._schedule.changes

    def _stranded(self) -> list[TestId]:
        """Waiting tests that no agent can run and that no other can be started for."""
        registry = self._registry
        if not self._schedule.reach_changed or not registry.live or not registry.is_settled:
            return []
        lost = stranded(self._schedule)
        for slot in registry.free_slots() if lost else ():
            suitable = [test for test in lost if self.suits(slot, test)]
            if slot.missing is None:
                suitable = [test for test in suitable if test in self._schedule.redealt]
            if suitable:
                # The agent that had it is gone; the next one there will have it, too. Where none
                # has been, nobody has looked yet if it was dealt to another.
                self._start(slot)
                return []
        return lost

    def suits(self, slot: SlotRecord, test: TestId) -> bool:
        """Whether an agent of a slot can be expected to run a test."""
        lacks = slot.missing is not None and test in slot.missing
        may_have = self._schedule.homes[test].unit.suits(slot.slot)
        return not slot.given_up and may_have and not lacks
