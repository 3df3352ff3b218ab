"""The orchestrator: told what happened, it says what is to be done. One door: `handle`.

Pure: knows no pytest, no execnet, no thread, no file, no clock. Moments come with the events.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import assert_never

from pytest_agentorch.model import event as ev
from pytest_agentorch.model.exit_status import ExitStatus
from pytest_agentorch.model.ids import AgentId, SlotId, TestId
from pytest_agentorch.model.settings import Crash
from pytest_agentorch.model.stop_reason import StopReason
from pytest_agentorch.orchestration import command as do
from pytest_agentorch.orchestration.agent_record import AgentRecord, AgentState, SlotRecord, Step
from pytest_agentorch.orchestration.pace import Pace
from pytest_agentorch.orchestration.plan import Plan
from pytest_agentorch.orchestration.recovery import DEATHS_IN_A_ROW, Fate, Loss, decide
from pytest_agentorch.orchestration.schedule import Schedule


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What the user decided.

    Attributes:
        stop_after: end the run after so many failures; 0 for never.
        grace_seconds: how long an interrupted agent may take to tear down.
    """

    stop_after: int = 0
    crash: Crash = Crash.RERUN
    grace_seconds: float = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What one event led to: `events` are published first, then `commands` are performed."""

    events: tuple[ev.Event, ...]
    commands: tuple[do.Command, ...]


class Orchestrator:
    """All decisions of one run, from the plan to the end."""

    def __init__(self, plan: Plan, policy: Policy) -> None:
        self._plan = plan
        self._policy = policy
        self._schedule = Schedule(plan)
        self._pace = Pace()
        self._agents: dict[AgentId, AgentRecord] = {}
        self._slots = {slot: SlotRecord(slot) for slot in plan.slots}
        self._attempts: Counter[TestId] = Counter()
        self._failures = 0
        self._stop: ev.StopRequested | None = None
        self._deadline: float | None = None
        self._ended = False
        self._events: list[ev.Event] = []
        self._commands: list[do.Command] = []

    @property
    def ended(self) -> bool:
        """Whether the run is over."""
        return self._ended

    @property
    def stopping(self) -> bool:
        """Whether no other test will start."""
        return self._stop is not None

    def adopt(self, slot: SlotId, starts: int) -> AgentId:
        """Count the process that collected as the agent of a slot, the last of so many starts."""
        self._slots[slot].incarnations = starts - 1
        return self._record(self._slots[slot]).agent

    def handle(self, event: ev.Observed) -> Decision:
        """Take in one event and decide.

        Raises:
            InvalidTransitionError: the event cannot happen now.
        """
        self._events, self._commands = [], []
        if not self._ended and not self._is_late(event):
            self._take_in(event)
            self._advance(event.at)
        return Decision(events=tuple(self._events), commands=tuple(self._commands))

    def _is_late(self, event: ev.Observed) -> bool:
        """Whether the event comes from an agent that has been recovered from already."""
        agent = getattr(event, "agent", None)
        return agent is not None and not self._agents[agent].state.is_live

    # What happened.

    def _take_in(self, event: ev.Observed) -> None:
        match event:
            case ev.PlanMade():
                self._events.append(event)
            case ev.AgentConnected():
                self._agent_connected(event)
            case ev.AgentReady():
                self._agent_ready(event)
            case ev.TestStarted():
                self._test_started(event)
            case ev.TestFinished():
                self._test_finished(event)
            case ev.TestsReturned():
                self._tests_returned(event)
            case ev.AgentDone():
                self._agent_done(event)
            case ev.AgentExited():
                self._agent_exited(event)
            case ev.StopRequested():
                self._stop_requested(event)
            case ev.TimePassed():
                self._time_passed(event)
            case _:
                assert_never(event)

    def _agent_connected(self, event: ev.AgentConnected) -> None:
        record = self._agents[event.agent]
        record.move(Step.CONNECTED, event)
        record.pid = event.pid
        self._events.append(event)

    def _agent_ready(self, event: ev.AgentReady) -> None:
        record = self._agents[event.agent]
        record.move(Step.READY, event)
        if record.state is AgentState.ACTIVE:
            self._schedule.join(record.agent, record.slot, frozenset(event.missing))
        self._events.append(event)

    def _test_started(self, event: ev.TestStarted) -> None:
        record = self._agents[event.agent]
        self._schedule.start(event.agent, event.test)
        record.fresh = False
        record.started_at = event.at
        self._events.append(event)

    def _test_finished(self, event: ev.TestFinished) -> None:
        record = self._agents[event.agent]
        self._schedule.finish(event.agent, event.test)
        record.alone = False
        record.before.append(event.test)
        self._slots[record.slot].deaths = 0
        self._pace.learn(event.seconds)
        self._events.append(event)
        self._count_failures(event.failures, event.at)
        if event.held and self._stop is None:
            self._commands.append(do.ReleaseAgent(agent=event.agent))

    def _tests_returned(self, event: ev.TestsReturned) -> None:
        returned = self._schedule.return_(event.agent, event.tests)
        self._agents[event.agent].asked_back = False
        self._events.append(event)
        if self._stop is not None:
            self._schedule.drop(returned)
        else:
            self._schedule.put_back(returned)

    def _agent_done(self, event: ev.AgentDone) -> None:
        record = self._agents[event.agent]
        if record.state is not AgentState.FINISHING and self._stop is None:
            slot = self._slots[record.slot]
            slot.deaths += 1
            slot.given_up = slot.deaths >= DEATHS_IN_A_ROW
        record.move(Step.DONE, event)
        self._events.append(event)
        started, queued = self._schedule.leave(record.agent)
        left = queued if started is None else [started, *queued]
        if self._stop is not None:
            self._schedule.drop(left)
        else:
            self._schedule.put_back(left)

    def _agent_exited(self, event: ev.AgentExited) -> None:
        record = self._agents[event.agent]
        slot = self._slots[record.slot]
        slot.agent = None
        record.move(Step.EXITED, event)
        self._events.append(event)
        if record.state is AgentState.LOST:
            self._recover(record, slot, event)

    def _stop_requested(self, event: ev.StopRequested) -> None:
        again = self._stop is not None and self._stop.reason >= StopReason.INTERRUPTED
        self._events.append(event)
        if self._stop is None or event.reason > self._stop.reason:
            self._stop = event
        self._stop_agents(event.at)
        if again and event.reason >= StopReason.INTERRUPTED:
            self._kill_all()

    def _time_passed(self, event: ev.TimePassed) -> None:
        if self._deadline is not None and event.at >= self._deadline:
            self._deadline = None
            self._kill_all()

    # What follows.

    def _recover(self, record: AgentRecord, slot: SlotRecord, event: ev.AgentExited) -> None:
        started, queued = self._schedule.leave(record.agent)
        slot.deaths += 1
        if started is not None:
            self._attempts[started] += 1
        recovery = decide(
            Loss(
                attempts=self._attempts[started] if started is not None else 0,
                deaths=slot.deaths,
                stopping=self._stop is not None,
                crash=self._policy.crash,
            )
        )
        slot.given_up = recovery.give_up_slot
        self._events.append(
            ev.AgentLost(
                agent=record.agent,
                slot=record.slot,
                pid=record.pid,
                status=event.status,
                output=event.output,
                test=started,
                queued=len(queued),
                restarted=not slot.given_up and self._stop is None,
                at=event.at,
            )
        )
        if self._stop is None:
            self._schedule.put_back(queued)
        else:
            self._schedule.drop(queued)
        if started is not None and self._killed_by_us(record):
            self._schedule.drop([started])
        elif started is not None:
            self._judge(started, recovery.fate, record, event)
        if slot.given_up:
            self._events.append(ev.SlotGivenUp(slot=slot.slot, deaths=slot.deaths, at=event.at))

    def _judge(self, test: TestId, fate: Fate, record: AgentRecord, event: ev.AgentExited) -> None:
        if fate is Fate.RERUN_ALONE:
            self._schedule.suspects.append(test)
            self._events.append(ev.TestReassigned(test=test, agent=record.agent, at=event.at))
            return
        self._slots[record.slot].deaths = 0
        self._give_up(test, event.at, record, event)

    def _give_up(
        self,
        test: TestId,
        at: float,
        record: AgentRecord | None = None,
        exited: ev.AgentExited | None = None,
    ) -> None:
        self._schedule.settle(test)
        self._events.append(
            ev.TestGivenUp(
                test=test,
                agent=record.agent if record else None,
                status=exited.status if exited else ExitStatus(returncode=None),
                output=exited.output if exited else "",
                attempts=self._attempts[test],
                before=tuple(record.before) if record else (),
                started=record.started_at if record else at,
                at=at,
            )
        )
        self._count_failures(1, at)

    def _count_failures(self, failures: int, at: float) -> None:
        self._failures += failures
        limit = self._policy.stop_after
        if limit and self._failures >= limit and self._stop is None:
            message = f"stopping after {self._failures} failures"
            self._stop = ev.StopRequested(reason=StopReason.MAXFAIL, message=message, at=at)
            self._events.append(self._stop)
            self._stop_agents(at)

    def _killed_by_us(self, record: AgentRecord) -> bool:
        """Whether the agent died because the user interrupted: nobody is to blame then."""
        return self._stop is not None and self._stop.reason >= StopReason.INTERRUPTED

    def _stop_agents(self, at: float) -> None:
        assert self._stop is not None
        self._schedule.stop()
        abrupt = self._stop.reason >= StopReason.INTERRUPTED
        if abrupt and self._deadline is None:
            self._deadline = at + self._policy.grace_seconds
            self._commands.append(do.WakeAt(at=self._deadline))
        for record in self._agents.values():
            hand = self._schedule.hands.get(record.agent)
            if record.state in (AgentState.STARTING, AgentState.COLLECTING):
                self._commands.append(do.KillAgent(agent=record.agent))
            elif hand is not None and hand.queued:
                self._take_back(record, tuple(hand.queued))
            if hand is not None and hand.started is not None and abrupt:
                self._commands.append(do.InterruptAgent(agent=record.agent))

    def _kill_all(self) -> None:
        for record in self._agents.values():
            if record.state.is_live:
                self._commands.append(do.KillAgent(agent=record.agent))

    def _advance(self, at: float) -> None:
        """Open and close phases, start agents, hand out tests, and end the run when all is done."""
        for name in self._schedule.close_phases():
            self._events.append(ev.PhaseFinished(phase=name, at=at))
        if self._stop is None:
            for phase in self._schedule.open_phases():
                self._events.append(
                    ev.PhaseStarted(
                        phase=phase.plan.name,
                        tests=phase.plan.tests,
                        agents=phase.plan.agents,
                        at=at,
                    )
                )
            self._start_agents()
            self._give_up_unreachable(at)
        active = [r for r in self._agents.values() if r.state is AgentState.ACTIVE]
        # The idle come first: what was taken back for them must not return to where it was.
        for record in sorted(active, key=lambda r: not self._schedule.hands[r.agent].idle):
            self._feed(record)
        if not any(record.state.is_live for record in self._agents.values()):
            self._end(at)

    def _start_agents(self) -> None:
        live = [record for record in self._agents.values() if record.state.is_live]
        coming = sum(record.fresh for record in live)
        wanted = max(self._schedule.room() - len(live), len(self._schedule.suspects) - coming)
        for slot in self._slots.values():
            if wanted <= 0:
                return
            if slot.agent is None and not slot.given_up and self._schedule.wants(slot.slot):
                record = self._record(slot)
                self._commands.append(do.StartAgent(agent=record.agent, slot=slot.slot))
                wanted -= 1

    def _record(self, slot: SlotRecord) -> AgentRecord:
        record = AgentRecord(slot.next_agent(), slot.slot)
        self._agents[record.agent] = record
        return record

    def _give_up_unreachable(self, at: float) -> None:
        """End the wait of tests that nobody is left for: suspects without a fresh agent to come,
        and tests that no agent has collected.
        """
        live = [record for record in self._agents.values() if record.state.is_live]
        if self._schedule.suspects and not any(record.fresh for record in live):
            for test in list(self._schedule.suspects):
                self._schedule.suspects.remove(test)
                self._give_up(test, at)
        settled = bool(live) and all(record.state is AgentState.ACTIVE for record in live)
        if settled and any(hand.missing for hand in self._schedule.hands.values()):
            for test in self._schedule.unreachable():
                self._give_up(test, at)

    def _feed(self, record: AgentRecord) -> None:
        hand = self._schedule.hands[record.agent]
        if record.alone:
            return
        if self._stop is None and record.fresh and hand.idle and self._schedule.suspects:
            tests = self._schedule.take_suspect(record.agent)
            record.alone = bool(tests)
        elif self._stop is None:
            tests = self._schedule.take(record.agent, self._pace.wanted(len(hand.queued)))
        else:
            tests = ()
        if tests:
            self._commands.append(do.AssignTests(agent=record.agent, tests=tests))
        elif hand.idle:
            self._occupy(record)

    def _occupy(self, record: AgentRecord) -> None:
        """Find something for an idle agent to do: another's tests, waiting, or the end."""
        if self._stop is None:
            shared = self._schedule.share(record.agent)
            if shared is not None:
                owner, tests = shared
                self._take_back(self._agents[owner], tests)
                return
            again = self._schedule.take(record.agent, 1)
            if again:
                self._commands.append(do.AssignTests(agent=record.agent, tests=again))
                return
            if self._schedule.has_later_work(record.slot):
                return
        record.move(Step.TOLD_TO_FINISH, "nothing is left for it")
        self._commands.append(do.FinishAgent(agent=record.agent))

    def _take_back(self, record: AgentRecord, tests: tuple[TestId, ...]) -> None:
        if not record.asked_back or self._stop is not None:
            record.asked_back = True
            self._commands.append(do.TakeBackTests(agent=record.agent, tests=tests))

    def _end(self, at: float) -> None:
        not_run = self._schedule.unfinished
        reason, message = StopReason.FINISHED, ""
        if self._stop is not None:
            reason, message = self._stop.reason, self._stop.message
        elif not_run:
            reason = StopReason.NO_AGENTS
            message = f"no agent is left: {not_run} tests have not run"
            self._schedule.stop()
        self._ended = True
        self._events.append(ev.RunFinished(reason=reason, message=message, not_run=not_run, at=at))
        self._commands.append(do.EndRun(reason=reason, message=message))
