"""The dispatcher: starts agents for the work there is, feeds them, and lets them go."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence

from pytest_agentorch.model.event import (
    Observed,
    PhaseFinished,
    PhaseStarted,
    TestFinished,
    TestStarted,
)
from pytest_agentorch.model.ids import AgentId, PhaseName, TestId
from pytest_agentorch.orchestration.agent_record import AgentRecord, AgentState, SlotRecord, Step
from pytest_agentorch.orchestration.command import (
    AssignTests,
    FinishAgent,
    StartAgent,
    TakeBackTests,
)
from pytest_agentorch.orchestration.decision import Draft
from pytest_agentorch.orchestration.losses import Losses
from pytest_agentorch.orchestration.pace import Pace
from pytest_agentorch.orchestration.registry import AgentRegistry
from pytest_agentorch.orchestration.retries import Retries
from pytest_agentorch.orchestration.schedule import Schedule
from pytest_agentorch.orchestration.stopping import Stopping

PATIENCE_SECONDS = 0.1
"""How long an idle agent waits for one other before it looks further: an answer takes less, unless
a test there keeps all threads of its process from running."""


class Dispatcher:
    """What follows from where tests and agents are; it decides nothing about losses."""

    def __init__(
        self,
        schedule: Schedule,
        registry: AgentRegistry,
        stopping: Stopping,
        losses: Losses,
        retries: Retries,
        *,
        draft: Draft,
    ) -> None:
        self._schedule = schedule
        self._registry = registry
        self._stopping = stopping
        self._losses = losses
        self._retries = retries
        self._draft = draft
        self._seen_by_idle = -1
        self._asked_at = 0.0
        self.finishing: list[AgentRecord] = []
        self.pace = Pace(schedule.forecast)

    def dispatch(self, events: Sequence[Observed]) -> None:
        """Open and close phases, start agents, hand out tests."""
        at = events[-1].at
        self._turn_phases(at)
        while not self._stopping.asked:
            self._start_agents()
            if not self._give_up_hopeless(at):
                break
            self._turn_phases(at)
        self._feed(events, at)
        self._dismiss_late()

    def _turn_phases(self, at: float) -> None:
        for name in self._schedule.close_phases():
            self._draft.publish(PhaseFinished(phase=name, at=at))
        for phase in () if self._stopping.asked else self._schedule.open_phases():
            plan = phase.plan
            self._draft.publish(
                PhaseStarted(phase=plan.name, tests=plan.tests, agents=plan.agents, at=at)
            )

    # Starting agents.

    def _start_agents(self) -> None:
        """Start agents for suspects without one, and for work that no agent is free for."""
        agenda = self._schedule.agenda
        may_start = agenda.openings() or agenda.binds or self._schedule.suspects
        free = self._registry.free_slots() if may_start else ()
        if not free:
            return
        suspects = self._unattended(self._attendants())
        openings = agenda.openings(self._kept())
        wanted = openings + len(self._schedule.suspects) - self._at_hand()
        for slot in free:
            suspect = next((test for test in suspects if self._suits(slot, test)), None)
            if suspect is not None:
                suspects.remove(suspect)
            elif not agenda.waits_for(slot.slot) and min(wanted, openings) < 1:
                continue
            self._start(slot)
            wanted -= 1

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
        return sum(
            record.state.is_coming or self._is_idle(record)
            for record in self._registry.live.values()
        )

    def _is_idle(self, record: AgentRecord) -> bool:
        return record.state is AgentState.ACTIVE and self._schedule.hands[record.agent].idle

    def _attendants(self, *, or_leaving: bool = False) -> dict[TestId, AgentRecord | None]:
        """The fresh agent for each suspect, one that has nothing to do or is coming.

        Args:
            or_leaving: an agent that makes room for a fresh one is as good.
        """
        if not self._schedule.suspects:
            return {}
        live = self._registry.live.values()
        pool = [record for record in live if record.fresh and self._is_idle(record)]
        pool += [record for record in live if record.state.is_coming]
        pool += [record for record in live if or_leaving and record.state.is_leaving]
        attendants: dict[TestId, AgentRecord | None] = {}
        for test in self._schedule.suspects:
            suitable = (r for r in pool if self._suits(self._registry.slot(r), test))
            attendants[test] = found = next(suitable, None)
            pool = [record for record in pool if record is not found]
        return attendants

    def _unattended(self, attendants: dict[TestId, AgentRecord | None]) -> list[TestId]:
        return [test for test, record in attendants.items() if record is None]

    # Giving up.

    def _give_up_hopeless(self, at: float) -> bool:
        """Fail the tests that nobody can run; say whether there were any."""
        hopeless = [
            test
            for test in self._schedule.suspects
            if not any(self._suits(slot, test) for slot in self._registry.slots.values())
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
            if slot.missing is not None and any(self._suits(slot, test) for test in stranded):
                # The agent that had it is gone; the next one there will have it, too.
                self._start(slot)
                return []
        return stranded

    def _suits(self, slot: SlotRecord, test: TestId) -> bool:
        """Whether an agent of a slot can be expected to run a test."""
        bound = self._schedule.homes[test].unit.slot
        lacks = slot.missing is not None and test in slot.missing
        return not slot.given_up and bound in (None, slot.slot) and not lacks

    # Feeding agents.

    def _feed(self, events: Sequence[Observed], at: float) -> None:
        """Hand out tests, to idle agents first: what was taken back for them is for them.

        The agents that the events are about come after other idle ones: they may have given back.
        """
        concerned = {getattr(event, "agent", None) for event in events}
        hungry = self._hungry(events, concerned, at)
        idle = [record for record in hungry if self._is_idle(record)]
        busy = [record for record in hungry if not self._is_idle(record)]
        idle.sort(key=lambda record: record.agent in concerned)
        for record in idle:
            if self._stopping.asked or record.leaving:
                self._finish(record)
            elif not record.asked_back:
                self._feed_idle(record, at)
        for record in () if self._stopping.asked else busy:
            # What is taken back may have to stay together with what would be added now.
            if not (record.alone or record.asked_back or record.leaving):
                self._assign(record)

    def _hungry(
        self, events: Sequence[Observed], concerned: set[AgentId | None], at: float
    ) -> list[AgentRecord]:
        """The agents for which events may have changed something.

        A test that starts or ends concerns its own agent, and the idle ones if tests were moved:
        everything else concerns all. With many agents most events are of the first kind.
        While an agent does not answer, the idle ones may find something with another.
        """
        active = self._registry.in_state(AgentState.ACTIVE)
        if all(isinstance(event, TestStarted | TestFinished) for event in events):
            moved = self._schedule.changes != self._seen_by_idle or self._is_kept_waiting(at)
            active = [r for r in active if r.agent in concerned or (moved and self._is_idle(r))]
        self._seen_by_idle = self._schedule.changes
        return active

    def _is_kept_waiting(self, at: float) -> bool:
        return at - self._asked_at > PATIENCE_SECONDS and bool(self._asked())

    def _asked(self) -> list[AgentId]:
        """The agents that were asked to give tests back and have not answered."""
        return [record.agent for record in self._registry.live.values() if record.asked_back]

    def _feed_idle(self, record: AgentRecord, at: float) -> None:
        """Give an agent that has nothing to do a suspect, tests, another's tests, or the end."""
        has_begun = self._schedule.hands[record.agent].ration is not None
        if record.fresh and self._schedule.suspects and not has_begun:
            tests = self._schedule.take_suspect(record.agent)
            if tests:
                record.alone = True
                again = self._retries.again(tests)
                self._draft.order(AssignTests(agent=record.agent, tests=tests, again=again))
                return
            if any(attendant is record for attendant in self._attendants().values()):
                return
        if self._assign(record):
            return
        if has_begun:
            self._finish(record)
            return
        shared = self._schedule.share(record.agent, self._asked())
        if shared is not None:
            owner, tests = shared
            self._take_back(self._registry.live[owner], tests, at)
        elif not self._assign(record) and not self._is_kept(record):
            self._finish(record)

    def _assign(self, record: AgentRecord) -> bool:
        hand = self._schedule.hands[record.agent]
        room = self.pace.room(hand)
        tests = self._schedule.take(record.agent, *room) if room.tests else ()
        if tests:
            following = self._schedule.agenda.next_for(hand)
            again = self._retries.again(tests)
            self._draft.order(
                AssignTests(agent=record.agent, tests=tests, following=following, again=again)
            )
        return bool(tests)

    def _take_back(self, record: AgentRecord, tests: tuple[TestId, ...], at: float) -> None:
        if not record.asked_back:
            record.asked_back += 1
            self._asked_at = at
            self._draft.order(TakeBackTests(agent=record.agent, tests=tests))

    def _is_kept(self, record: AgentRecord) -> bool:
        """Whether an idle agent has something to wait for, and nobody needs its place more."""
        hands = self._schedule.hands
        unattended = self._unattended(self._attendants(or_leaving=True))
        if any(self._suits(self._registry.slot(record), test) for test in unattended):
            return False
        agenda = self._schedule.agenda
        if agenda.will_wait_for(record.slot) or agenda.demand or self._schedule.resting:
            return True
        if any(hands[agent].queued for agent in self._asked() if agent in hands):
            return True
        others = sum(
            other.state is AgentState.ACTIVE or other.state.is_coming
            for other in self._registry.live.values()
        )
        return others <= agenda.later_demand

    def _dismiss_late(self) -> None:
        """Let agents go that are still coming when no test is left to start."""
        coming = self._registry.in_state(AgentState.STARTING, AgentState.COLLECTING)
        if coming and not self._stopping.asked and not self._schedule.unstarted:
            for record in coming:
                self._stopping.kill(record)

    def _finish(self, record: AgentRecord) -> None:
        self._schedule.relinquish(record.agent)
        record.move(Step.TOLD_TO_FINISH, "nothing is left for it")
        record.finishing = True
        self.finishing.append(record)
        self._draft.order(FinishAgent(agent=record.agent))
