"""The dispatcher: starts agents for the work there is, feeds them, and lets them go."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pytest_agentorch.model.event import (
    Observed,
    TestFinished,
    TestStarted,
)
from pytest_agentorch.model.ids import AgentId, TestId
from pytest_agentorch.orchestration.agent_record import AgentRecord, AgentState, Step
from pytest_agentorch.orchestration.command import (
    AssignTests,
    FinishAgent,
    TakeBackTests,
)
from pytest_agentorch.orchestration.decision import Draft
from pytest_agentorch.orchestration.exchange import share
from pytest_agentorch.orchestration.losses import Losses
from pytest_agentorch.orchestration.pace import Pace
from pytest_agentorch.orchestration.phase_turns import PhaseTurns
from pytest_agentorch.orchestration.registry import AgentRegistry
from pytest_agentorch.orchestration.retries import Retries
from pytest_agentorch.orchestration.schedule import Schedule
from pytest_agentorch.orchestration.staffing import Staffing
from pytest_agentorch.orchestration.stopping import Stopping
from pytest_agentorch.orchestration.waiting import Waiting

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
        phases: PhaseTurns,
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
        self._keeps = False
        self.finishing: list[AgentRecord] = []
        self.phases = phases
        self._staffing = Staffing(schedule, registry, losses, draft)
        self._waiting = Waiting(schedule, registry)
        self.pace = Pace(schedule.forecast)

    def dispatch(self, events: Sequence[Observed]) -> None:
        """Open and close phases, start agents, hand out tests."""
        at = events[-1].at
        self.phases.turn(at)
        while not self._stopping.asked:
            self._staffing.start_agents()
            if not self._staffing.give_up_hopeless(at):
                break
            self.phases.turn(at)
        self._feed(events, at)
        self._dismiss_late()

    def learn(self, event: TestFinished) -> None:
        """Take in how long a test took, and how much memory."""
        self.pace.learn(event.seconds)
        if event.memory:
            self._schedule.changes += self._schedule.agenda.learn(event.test, event.memory)

    def allow(self, agents: int | None) -> None:
        """Let so many agents be busy at once, one at least; None for as many as there are."""
        schedule, leases = self._schedule, self._schedule.leases
        schedule.changes += 1
        if not leases.active and agents is not None:
            leases.active = True
            for agent, hand in schedule.hands.items():
                if not hand.idle:
                    leases.grant(agent, next(iter(hand.tests())))
        leases.allow(agents)

    def keep_agents(self) -> None:
        """Tests acquire agents: from now on these stay until all tests have run."""
        self._keeps = True

    # Feeding agents.

    def _feed(self, events: Sequence[Observed], at: float) -> None:
        """Hand out tests, to idle agents first: what was taken back for them is for them.

        The agents that the events are about come after other idle ones: they may have given back.
        But first come those that were passed by for too long, and those that are preferred.
        """
        concerned = {getattr(event, "agent", None) for event in events}
        self._waiting.look(events)
        self._give_back_what_is_no_more_theirs(concerned)
        idle: list[AgentRecord] = []
        busy: list[AgentRecord] = []
        for record in self._hungry(events, concerned, at):
            (idle if self._staffing.is_idle(record) else busy).append(record)
        idle.sort(key=lambda r: (not self._waiting.is_called(r.agent), r.agent in concerned))
        if self._registry.has_priorities:
            idle.sort(key=lambda r: (not self._waiting.is_called(r.agent), -self._priority(r)))
        for record in idle:
            if self._stopping.asked or record.leaving:
                self._finish(record)
            elif not record.asked_back:
                self._feed_idle(record, at)
        for record in () if self._stopping.asked else busy:
            # What is taken back may have to stay together with what would be added now.
            is_taken = record.alone or record.asked_back or record.leaving
            if not is_taken and not self._recall(record, at):
                self._assign(record)

    def _give_back_what_is_no_more_theirs(self, concerned: Iterable[AgentId | None]) -> None:
        """What an agent has claimed is for others when its ration is used up."""
        for agent in concerned if self._schedule.rations else ():
            hand = None if agent is None else self._schedule.hands.get(agent)
            if agent is not None and hand is not None and hand.idle and not hand.waits:
                self._schedule.relinquish(agent)

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
            moved = moved or (self._keeps and not self._is_acquired_from)
            active = [
                r for r in active if r.agent in concerned or (moved and self._staffing.is_idle(r))
            ]
        self._seen_by_idle = self._schedule.changes
        return active

    def _is_kept_waiting(self, at: float) -> bool:
        return at - self._asked_at > PATIENCE_SECONDS and bool(self._asked())

    def _asked(self) -> list[AgentId]:
        """The agents that were asked to give tests back and have not answered."""
        return [record.agent for record in self._registry.live.values() if record.asked_back]

    def _feed_idle(self, record: AgentRecord, at: float) -> None:
        """Give an agent that has nothing to do a suspect, tests, another's tests, or the end."""
        schedule = self._schedule
        hand = schedule.hands[record.agent]
        has_begun = hand.ration is not None
        if record.fresh and schedule.suspects and not has_begun:
            tests = schedule.take_suspect(record.agent)
            if tests:
                record.alone = True
                again = self._retries.again(tests)
                self._draft.order(AssignTests(agent=record.agent, tests=tests, again=again))
                self._waiting.count(record.agent)
                return
            if any(attendant is record for attendant in self._staffing.attendants().values()):
                return
        if self._assign(record) or hand.waits:
            return
        if has_begun:
            self._finish(record)
            return
        shared = share(schedule, record.agent, self._asked())
        if shared is not None:
            owner, tests = shared
            self._take_back(self._registry.live[owner], tests, at)
        elif not self._assign(record) and not self._is_kept(record):
            self._finish(record)

    def _assign(self, record: AgentRecord) -> bool:
        agent, hand = record.agent, self._schedule.hands[record.agent]
        was_idle = hand.idle
        room = self.pace.room(hand)
        if not room.tests or self._waiting.calls_away(agent):
            return False
        tests = self._schedule.take(agent, *room)
        if tests:
            following = self._schedule.agenda.next_for(agent, hand)
            again = self._retries.again(tests)
            self._draft.order(
                AssignTests(agent=agent, tests=tests, following=following, again=again)
            )
            if was_idle:
                self._waiting.count(agent)
        return bool(tests)

    def _recall(self, record: AgentRecord, at: float) -> bool:
        """Take back what an agent has not begun, if something else is to run there before."""
        hand, homes = self._schedule.hands[record.agent], self._schedule.homes
        is_overtaken = self._schedule.is_overtaken(record.agent, hand.queued)
        if not is_overtaken and not self._waiting.recalls(record.agent):
            return False
        tests = tuple(hand.queued)[hand.started is None :]
        if not tests or any(homes[test].unit.sticky for test in tests):
            return False
        self._take_back(record, tests, at)
        return True

    def _take_back(self, record: AgentRecord, tests: tuple[TestId, ...], at: float) -> None:
        if not record.asked_back:
            record.asked_back += 1
            self._asked_at = at
            self._draft.order(TakeBackTests(agent=record.agent, tests=tests))

    def _is_kept(self, record: AgentRecord) -> bool:
        """Whether an idle agent has something to wait for, and nobody needs its place more."""
        hands = self._schedule.hands
        unattended = self._staffing.unattended(self._staffing.attendants(or_leaving=True))
        if any(self._staffing.suits(self._registry.slot(record), test) for test in unattended):
            return False
        present = [
            other
            for other in self._registry.live.values()
            if other.state is AgentState.ACTIVE or other.state.is_coming
        ]
        agenda, limit = self._schedule.agenda, self._schedule.leases.limit
        if agenda.will_wait_for(record.slot):
            return True
        if limit is not None and len(present) > limit:
            # While memory is short it is to give back what it has.
            return False
        if agenda.demand or self._schedule.resting or self._is_acquired_from:
            return True
        if any(hands[agent].queued for agent in self._asked() if agent in hands):
            return True
        # Of several who goes is one that is not preferred.
        priority = self._priority(record)
        return sum(self._priority(r) >= priority for r in present) <= agenda.later_demand

    @property
    def _is_acquired_from(self) -> bool:
        """Whether tests may still acquire agents that have none."""
        return self._keeps and self._schedule.pending > 0

    def _priority(self, record: AgentRecord) -> int:
        return self._registry.slot(record).priority

    def _dismiss_late(self) -> None:
        """Let agents go that are still coming when nobody needs them any more."""
        coming = self._registry.in_state(AgentState.STARTING, AgentState.COLLECTING)
        if not coming or self._stopping.asked:
            return
        # What has started may wait, too: for agents that run other copies of it.
        is_needed = self._schedule.unstarted or self._schedule.agenda.waits
        if not is_needed and not self._is_acquired_from:
            for record in coming:
                self._stopping.kill(record)

    def _finish(self, record: AgentRecord) -> None:
        self._schedule.relinquish(record.agent)
        record.move(Step.TOLD_TO_FINISH, "nothing is left for it")
        record.finishing = True
        self.finishing.append(record)
        self._draft.order(FinishAgent(agent=record.agent))
