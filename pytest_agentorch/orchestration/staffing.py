"""Staffing: for which tests agents are started, and which tests no agent can be had for."""

from __future__ import annotations

import itertools
from collections import Counter

from pytest_agentorch.model.ids import PhaseName, TestId
from pytest_agentorch.orchestration.agent_record import AgentRecord, AgentState, SlotRecord
from pytest_agentorch.orchestration.command import StartAgent
from pytest_agentorch.orchestration.decision import Draft
from pytest_agentorch.orchestration.losses import Losses
from pytest_agentorch.orchestration.registry import AgentRegistry
from pytest_agentorch.orchestration.schedule import Schedule


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
        may_start = agenda.openings() or agenda.binds or self._schedule.suspects
        free = self._registry.free_slots() if may_start else ()
        if not free:
            return
        suspects = self.unattended(self.attendants())
        openings = self._within_capacity(agenda.openings(self._kept()))
        wanted = openings + len(self._schedule.suspects) - self._at_hand()
        for slot in free:
            suspect = next((test for test in suspects if self.suits(slot, test)), None)
            if suspect is not None:
                suspects.remove(suspect)
            elif not agenda.waits_for(slot.slot) and min(wanted, openings) < 1:
                continue
            self._start(slot)
            wanted -= 1

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

    def _kept(self) -> Counter[PhaseName]:
        """The next tests of agents that have not begun: they could be shared, and never are."""
        homes = self._schedule.homes
        waiting = (hand for hand in self._schedule.hands.values() if hand.started is None)
        following = (test for hand in waiting for test in itertools.islice(hand.tests(), 1))
        loose = (homes[test] for test in following if not homes[test].unit.sticky)
        return Counter(home.phase.plan.name for home in loose)

    def _at_hand(self) -> int:
        """How many agents have nothing to do, or are coming."""
        hands = self._schedule.hands
        waits = self._schedule.leases.active
        return sum(
            record.state.is_coming
            or (self.is_idle(record) and not (waits and hands[record.agent].claimed))
            for record in self._registry.live.values()
        )

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
        """Fail the tests that nobody can run; say whether there were any."""
        hopeless = [
            test
            for test in self._schedule.suspects
            if not any(self.suits(slot, test) for slot in self._registry.slots.values())
        ]
        for test in hopeless:
            self._schedule.suspects.remove(test)
        stranded = self._stranded()
        self._schedule.agenda.remove(stranded)
        for test in (*hopeless, *stranded):
            self._losses.give_up_waiting(test, at)
        return bool(hopeless or stranded)

    def _stranded(self) -> list[TestId]:
        """Waiting tests that no agent can run and that no other can be started for."""
        registry = self._registry
        if not self._schedule.reach_changed or not registry.live or not registry.is_settled:
            return []
        stranded = self._schedule.stranded()
        for slot in registry.free_slots() if stranded else ():
            if slot.missing is not None and any(self.suits(slot, test) for test in stranded):
                # The agent that had it is gone; the next one there will have it, too.
                self._start(slot)
                return []
        return stranded

    def suits(self, slot: SlotRecord, test: TestId) -> bool:
        """Whether an agent of a slot can be expected to run a test."""
        bound = self._schedule.homes[test].unit.slot
        lacks = slot.missing is not None and test in slot.missing
        return not slot.given_up and bound in (None, slot.slot) and not lacks
