"""Losses: what becomes of the tests and the slot of an agent that is gone."""

from __future__ import annotations

from collections import Counter

from pytest_agentorch.model.event import (
    AgentExited,
    AgentLost,
    SlotGivenUp,
    StopRequested,
    TestGivenUp,
    TestReassigned,
)
from pytest_agentorch.model.exit_status import ExitStatus
from pytest_agentorch.model.frozen import replace
from pytest_agentorch.model.ids import TestId
from pytest_agentorch.model.stop_reason import StopReason
from pytest_agentorch.orchestration.agent_record import AgentRecord, SlotRecord
from pytest_agentorch.orchestration.decision import Draft
from pytest_agentorch.orchestration.policy import Policy
from pytest_agentorch.orchestration.reach import lose_slots
from pytest_agentorch.orchestration.recovery import Fate, Loss, decide
from pytest_agentorch.orchestration.registry import AgentRegistry
from pytest_agentorch.orchestration.schedule import Schedule
from pytest_agentorch.orchestration.stopping import Stopping


class Losses:
    """Counts what agents and tests have cost, and ends the run after too many failures.

    Attributes:
        agents: how many were lost.
    """

    def __init__(
        self,
        policy: Policy,
        schedule: Schedule,
        registry: AgentRegistry,
        stopping: Stopping,
        draft: Draft,
    ) -> None:
        self._policy = policy
        self._schedule = schedule
        self._registry = registry
        self._stopping = stopping
        self._draft = draft
        self._failures = self._losses = self.agents = 0
        self._cost: Counter[TestId] = Counter()

    def recover(self, record: AgentRecord, event: AgentExited, *, was_ending: bool) -> None:
        """Hand on what a lost agent had, and decide about its started test and its slot."""
        slot = self._registry.slot(record)
        running, queued = self._left_by(record)
        started = None if self._schedule.copies.covers(running) else running
        slot.deaths += 1
        self.agents += 1
        if started is not None:
            self._cost[started] += 1
        else:
            self._losses += 1
        recovery = decide(
            Loss(
                attempts=0 if started is None else self._cost[started],
                deaths=slot.deaths,
                losses=self._losses,
                slots=len(self._registry.slots),
                stopping=self._stops(started),
                crash=self._policy.crash,
                timed_out=record.timed_out,
                too_large=record.excess is not None,
            )
        )
        slot.given_up = recovery.give_up_slot
        ending = record.before[-1] if was_ending and running is None and record.before else None
        lost = self._loss(record, event, running, ending, len(queued))
        if started is not None and recovery.fate is Fate.RERUN_ALONE:
            queued = self._schedule.suspect(started, queued)
        self.put_away(queued)
        self._draft.publish(replace(lost, restarted=self._restarts(slot)))
        if ending is not None:
            self.count_failures(1, event.at)
        if started is not None:
            self._judge(started, recovery.fate, record, event)
        if slot.given_up:
            self._give_up_slot(slot, event.at)
        if recovery.stop_run and not self._stopping.asked:
            self._stop_run(event.at)

    def _stop_run(self, at: float) -> None:
        message = "agents die faster than tests finish [agents-die]"
        self._stopping.ask(StopRequested(reason=StopReason.NO_AGENTS, message=message, at=at))

    def _left_by(self, record: AgentRecord) -> tuple[TestId | None, list[TestId]]:
        """Take an agent out; return the test that it may be blamed for, and what else it had."""
        started, queued = self._schedule.leave(record.agent)
        if started is not None and record.spares_started:
            return None, [started, *queued]
        return started, queued

    def _stops(self, test: TestId | None) -> bool:
        in_time = test is None or not self._schedule.homes[test].phase.stopped
        return self._stopping.asked or not in_time

    def put_away(self, tests: list[TestId]) -> None:
        """Let tests wait again that an agent had not started; not if their phase or the run stops.

        What was to run alone still is.
        """
        schedule = self._schedule
        going_on = [test for test in tests if not self._stops(test)]
        schedule.drop(test for test in tests if self._stops(test))
        schedule.suspects += [test for test in going_on if test in schedule.alone]
        schedule.put_back(test for test in going_on if test not in schedule.alone)

    def leave_behind(self, record: AgentRecord) -> None:
        """Take an agent out that had to go: what it has not finished has no verdict."""
        started, queued = self._schedule.leave(record.agent)
        self._schedule.drop(queued if started is None else [started, *queued])

    def give_up_waiting(self, test: TestId, at: float) -> None:
        """Fail a test that no agent is left for."""
        self._give_up(
            TestGivenUp(
                test=test,
                agent=None,
                status=ExitStatus(returncode=None),
                output="",
                attempts=self._cost[test],
                before=(),
                started=at,
                at=at,
            )
        )

    def count_verdict(self, failures: int, at: float) -> None:
        """Take note of a verdict and its failures; too many of them end the run."""
        self._losses = max(0, self._losses - 1)
        self.count_failures(failures, at)

    def count_failures(self, failures: int, at: float) -> None:
        """Take note of failures; too many of them end the run."""
        self._failures += failures
        limit = self._policy.stop_after
        if limit and self._failures >= limit and not self._stopping.asked:
            message = f"stopping after {self._failures} failures"
            self._stopping.ask(StopRequested(reason=StopReason.MAXFAIL, message=message, at=at))

    def _loss(
        self,
        record: AgentRecord,
        event: AgentExited,
        test: TestId | None,
        ending: TestId | None,
        queued: int,
    ) -> AgentLost:
        return AgentLost(
            agent=record.agent,
            slot=record.slot,
            pid=record.pid,
            status=event.status,
            output=event.output,
            test=test,
            ending=ending,
            queued=queued,
            restarted=False,
            at=event.at,
        )

    def _restarts(self, slot: SlotRecord) -> bool:
        return slot.is_free and not self._stopping.asked and self._has_work()

    def _has_work(self) -> bool:
        return bool(self._schedule.suspects) or self._schedule.agenda.waits

    def _judge(self, test: TestId, fate: Fate, record: AgentRecord, event: AgentExited) -> None:
        if fate is Fate.RERUN_ALONE:
            self._draft.publish(TestReassigned(test=test, agent=record.agent, at=event.at))
            return
        self._registry.slot(record).deaths = 0
        self._give_up(
            TestGivenUp(
                test=test,
                agent=record.agent,
                status=event.status,
                output=event.output,
                attempts=self._cost[test],
                before=tuple(record.before),
                timed_out=record.timed_out,
                excess=record.excess,
                started=record.started_at,
                at=event.at,
            )
        )

    def _give_up(self, verdict: TestGivenUp) -> None:
        self._schedule.settle(verdict.test, failed=True)
        self._draft.publish(verdict)
        self.count_verdict(1, verdict.at)

    def _give_up_slot(self, slot: SlotRecord, at: float) -> None:
        self._draft.publish(SlotGivenUp(slot=slot.slot, deaths=slot.deaths, at=at))
        gone = [one.slot for one in self._registry.slots.values() if one.given_up]
        lose_slots(self._schedule, gone)
