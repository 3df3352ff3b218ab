"""The orchestrator: told what happened, it says what is to be done. One door: `handle`.

Pure: knows no pytest, no execnet, no thread, no file, no clock. Moments come with the events.
"""

from __future__ import annotations

from typing import assert_never

from pytest_agentorch.model import event as ev
from pytest_agentorch.model.agent_view import AgentView
from pytest_agentorch.model.errors import InvalidTransitionError
from pytest_agentorch.model.ids import AgentId, SlotId
from pytest_agentorch.orchestration import command as do
from pytest_agentorch.orchestration.agent_record import AgentRecord, AgentState, Step
from pytest_agentorch.orchestration.agent_views import agent_views
from pytest_agentorch.orchestration.alarm import Alarm
from pytest_agentorch.orchestration.conclusion import conclude
from pytest_agentorch.orchestration.decision import Decision, Draft
from pytest_agentorch.orchestration.dispatcher import Dispatcher
from pytest_agentorch.orchestration.exchange import return_tests
from pytest_agentorch.orchestration.invariants import check
from pytest_agentorch.orchestration.losses import Losses
from pytest_agentorch.orchestration.memory_limits import MemoryLimits
from pytest_agentorch.orchestration.phase_limits import PhaseLimits
from pytest_agentorch.orchestration.phase_turns import PhaseTurns
from pytest_agentorch.orchestration.plan import Plan
from pytest_agentorch.orchestration.policy import Policy
from pytest_agentorch.orchestration.registry import AgentRegistry
from pytest_agentorch.orchestration.retries import Retries
from pytest_agentorch.orchestration.scatter import Scatter
from pytest_agentorch.orchestration.schedule import Schedule
from pytest_agentorch.orchestration.stopping import Stopping
from pytest_agentorch.orchestration.timeouts import Timeouts

__all__ = ["Decision", "Orchestrator", "Policy"]


class Orchestrator:
    """All decisions of one run, from the plan to the end."""

    def __init__(self, plan: Plan, policy: Policy) -> None:
        self._draft = draft = Draft()
        self._schedule = schedule = Schedule(plan)
        self._registry = registry = AgentRegistry(plan.slots, plan.capabilities, plan.priorities)
        self._stopping = stopping = Stopping(schedule, registry, draft, policy)
        self._losses = losses = Losses(policy, schedule, registry, stopping, draft)
        self._timeouts = timeouts = Timeouts(plan, policy, schedule, registry, draft)
        self._scatter = Scatter(schedule, registry, timeouts, draft)
        self._phase_limits = PhaseLimits(policy, schedule, registry, timeouts, draft)
        self._alarm = Alarm(draft)
        self._retries = retries = Retries(plan, policy, schedule, draft)
        turns = PhaseTurns(schedule, stopping, losses, draft, policy)
        self._dispatcher = Dispatcher(
            schedule, registry, stopping, losses, retries, phases=turns, draft=draft
        )
        self.keep_agents = self._dispatcher.keep_agents
        allow = self._dispatcher.allow
        self._memory = MemoryLimits(policy, schedule, registry, draft, allow)
        self._ended = False

    @property
    def ended(self) -> bool:
        """Whether the run is over."""
        return self._ended

    @property
    def stopping(self) -> bool:
        """Whether no other test will start."""
        return self._stopping.asked

    @property
    def interrupts(self) -> bool:
        """Whether running tests are to end, too."""
        return self._stopping.is_abrupt

    def heeds(self, agent: AgentId) -> bool:
        """Whether what an agent says still counts."""
        return self._registry.heeds(agent)

    def is_idle(self, agent: AgentId) -> bool:
        """Whether an agent has nothing to do, and may be about to end."""
        hand = self._schedule.hands.get(agent)
        return hand is None or hand.idle

    def agents(self) -> tuple[AgentView, ...]:
        """What each agent has and does now."""
        return agent_views(self._schedule, self._registry)

    def adopt(self, slot: SlotId, starts: int) -> AgentId:
        """Count the process that collected as the agent of a slot, the last of so many starts."""
        return self._registry.adopt(slot, starts).agent

    def handle(self, *events: ev.Observed) -> Decision:
        """Take in one event, or several that arrived together, and decide.

        What cannot be costs the agent that says it.

        Raises:
            InvalidTransitionError: a decision that cannot be performed: that is a bug.
        """
        heard = [event for event in events if not self._ended and self._take_in(event)]
        if heard:
            at = heard[-1].at
            self._retries.bring_back(at)
            self._dispatcher.dispatch(heard)
            while self._dispatcher.finishing:
                self._timeouts.begin_end(self._dispatcher.finishing.pop(), at)
            rests = self._schedule.resting and any(self._registry.free_slots())
            if not (self._registry.live or rests or self._dispatcher.phases.waits):
                self._end(at)
            else:
                self._phase_limits.watch(at)
                self._timeouts.watch(at)
                watches = (self._stopping, self._timeouts, self._phase_limits, self._retries)
                self._alarm.need(*(one.next_at for one in watches))
        return self._draft.decision()

    def check_invariants(self) -> None:
        """Assert what must hold between any two events."""
        check(self._schedule, self._registry, ended=self._ended)

    def _take_in(self, event: ev.Observed) -> bool:
        """Take note of an event; False if it comes from an agent that is not heeded any more."""
        match event:
            case ev.PlanMade():
                self._draft.publish(event)
            case ev.StopRequested():
                if event.agent is not None and not self.heeds(event.agent):
                    return False
                self._stopping.ask(event)
            case ev.AgentsSampled() | ev.AgentGrown():
                return self._memory.take(event)
            case ev.PhaseReviewed():
                self._dispatcher.phases.review(event)
            case ev.TimePassed():
                self._alarm.ring(event.at)
                self._stopping.on_time(event.at)
                self._timeouts.on_time(event.at)
                self._phase_limits.on_time(event.at)
            case _:
                return self._listen(event)
        return True

    def _listen(self, event: ev.AgentEvent) -> bool:
        """Take note of what an agent says, or of its end."""
        try:
            record = self._registry.record(event.agent, event)
        except InvalidTransitionError as error:
            # No agent can have said it: there is none.
            self._draft.publish(ev.EventRefused(error=error.summary, at=event.at))
            return False
        is_end = isinstance(event, ev.AgentExited) and record.state.is_live
        if not is_end and not self.heeds(event.agent):
            return False
        try:
            self._hear(record, event)
        except InvalidTransitionError as error:
            if is_end:
                raise
            self._agent_misspoke(record, record.out_of_turn(error, event.at))
        return True

    def _hear(self, record: AgentRecord, event: ev.AgentEvent) -> None:
        match event:
            case ev.AgentConnected():
                self._agent_connected(record, event)
            case ev.AgentReady():
                self._agent_ready(record, event)
            case ev.TestStarted():
                self._test_started(record, event)
            case ev.TestFinished():
                self._test_finished(record, event)
            case ev.TestsReturned():
                self._tests_returned(record, event)
            case ev.TestsMissing():
                self._tests_missing(record, event)
            case ev.AgentDone():
                self._agent_done(record, event)
            case ev.AgentMisspoke():
                self._agent_misspoke(record, event)
            case ev.AgentExited():
                self._agent_exited(record, event)
            case _:
                assert_never(event)

    def _agent_connected(self, record: AgentRecord, event: ev.AgentConnected) -> None:
        record.move(Step.CONNECTED, event)
        record.pid = event.pid
        self._draft.publish(event)
        if record.state is AgentState.KILLED:
            # There was no process yet when it was to be killed.
            self._stopping.kill(record)

    def _agent_ready(self, record: AgentRecord, event: ev.AgentReady) -> None:
        record.move(Step.READY, event)
        self._draft.publish(event)
        if record.state is AgentState.ACTIVE:
            slot = self._registry.slot(record)
            slot.missing = slot.noticed.union(event.missing)
            self._schedule.join(record.agent, record.slot, slot.missing)

    def _test_started(self, record: AgentRecord, event: ev.TestStarted) -> None:
        if not self._schedule.start(record.agent, event.test):
            raise record.invalid(event)
        record.fresh = False
        record.started_at = event.at
        self._timeouts.begin(record, event.test, event.at)
        if self._scatter.takes_start(record, event.test, event.at):
            return
        self._draft.publish(event)
        self._stopping.on_test_started(record)
        self._phase_limits.on_test_started(event.test, event.at)

    def _test_finished(self, record: AgentRecord, event: ev.TestFinished) -> None:
        # A short test may have ended before there was time to tell of its start.
        if self._schedule.start(record.agent, event.test):
            record.fresh = False
        if not self._schedule.put_down(record.agent, event.test):
            raise record.invalid(event)
        self._timeouts.end(record)
        event = self._memory.end_test(record, event)
        record.alone = False
        record.before.append(event.test)
        self._registry.slot(record).deaths = 0
        self._dispatcher.learn(event)
        self._judge(event)
        leaves = self._memory.retire(record)
        if event.held and not leaves and not self._stopping.asked:
            self._draft.order(do.ReleaseAgent(agent=record.agent))

    def _judge(self, event: ev.TestFinished) -> None:
        """Let a test have its verdict, or another chance."""
        if self._scatter.takes(event):
            return
        stops = self._stopping.asked or self._schedule.homes[event.test].phase.stopped
        if not stops and not self._memory.fails(event) and self._retries.takes(event):
            return
        verdict = self._retries.verdict(event)
        self._schedule.settle(event.test, failed=verdict.failures > 0)
        self._draft.publish(verdict)
        self._losses.count_verdict(verdict.failures, verdict.at)

    def _tests_returned(self, record: AgentRecord, event: ev.TestsReturned) -> None:
        hand = self._schedule.hands.get(record.agent)
        if not record.asked_back or (hand is not None and not hand.has_queued(event.tests)):
            raise record.invalid(event)
        record.asked_back -= 1
        self._draft.publish(event)
        phases = {self._schedule.homes[test].phase for test in event.tests}
        stops = self._stopping.asked or any(phase.stopped for phase in phases)
        returned = return_tests(self._schedule, record.agent, event.tests, stops=stops)
        self._losses.put_away(returned)

    def _tests_missing(self, record: AgentRecord, event: ev.TestsMissing) -> None:
        hand, missing = self._schedule.hands.get(record.agent), frozenset(event.tests)
        if hand is None or hand.started in missing:
            raise record.invalid(event)
        self._draft.publish(event)
        slot = self._registry.slot(record)
        slot.noticed |= missing
        slot.missing = slot.noticed.union(slot.missing or ())
        self._losses.put_away(self._schedule.lack(record.agent, missing))
        record.alone = record.alone and not hand.idle

    def _agent_done(self, record: AgentRecord, event: ev.AgentDone) -> None:
        told = record.state in (AgentState.FINISHING, AgentState.KILLED)
        expected = self._stopping.asked or told
        record.move(Step.DONE if expected else Step.QUIT, event)
        self._timeouts.end(record)
        self._draft.publish(event)
        if record.state is AgentState.DONE:
            self._losses.leave_behind(record)

    def _agent_misspoke(self, record: AgentRecord, event: ev.AgentMisspoke) -> None:
        record.move(Step.MISSPOKE, event.reason)
        record.reason = record.reason or event.reason
        self._draft.publish(event)
        self._draft.order(do.KillAgent(agent=record.agent))

    def _agent_exited(self, record: AgentRecord, event: ev.AgentExited) -> None:
        event = record.explain(event)
        self._timeouts.lose(record)
        self._memory.lose(record, event.at)
        ends = (AgentState.FINISHING, AgentState.EXPELLED)
        was_ending = record.finishing and record.state in ends
        step = Step.EXITED_AS_WISHED if self._stopping.is_abrupt else Step.EXITED
        self._registry.exit(record, step, event)
        self._draft.publish(event)
        if record.state is AgentState.LOST:
            self._losses.recover(record, event, was_ending=was_ending)
        else:
            self._losses.leave_behind(record)

    def _end(self, at: float) -> None:
        end = conclude(self._schedule, self._retries, self._stopping, self._draft, at=at)
        self._ended = True
        self._draft.publish(end)
        self._draft.order(do.EndRun(reason=end.reason, message=end.message))
