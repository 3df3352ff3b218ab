"""Time-outs: what is told and done about a test that takes long."""

from __future__ import annotations

from typing import assert_never

from pytest_agentorch.model.event import TestOverdue, TestTimedOut
from pytest_agentorch.model.ids import TestId
from pytest_agentorch.orchestration.agent_record import AgentRecord, Step
from pytest_agentorch.orchestration.command import EndTest, ShowStacks, TerminateAgent
from pytest_agentorch.orchestration.deadlines import Deadlines, Late, Lateness, Limits
from pytest_agentorch.orchestration.decision import Draft
from pytest_agentorch.orchestration.gaps import Gaps
from pytest_agentorch.orchestration.plan import Plan
from pytest_agentorch.orchestration.policy import Policy
from pytest_agentorch.orchestration.registry import AgentRegistry
from pytest_agentorch.orchestration.schedule import Schedule


class Timeouts:
    """Watches what runs."""

    def __init__(
        self,
        plan: Plan,
        policy: Policy,
        schedule: Schedule,
        registry: AgentRegistry,
        draft: Draft,
    ) -> None:
        self._plan = plan
        self._policy = policy
        self._registry = registry
        self._draft = draft
        self._deadlines = Deadlines()
        self._homes = schedule.homes
        self._gaps = Gaps(policy, schedule, registry)

    @property
    def next_at(self) -> float | None:
        """When there is something to look at."""
        moments = (self._deadlines.next_at, self._gaps.next_at)
        return min((at for at in moments if at is not None), default=None)

    def watch(self, at: float) -> None:
        """Take note of who is in no test."""
        self._gaps.watch(at)

    def begin(self, record: AgentRecord, test: TestId, at: float) -> None:
        """A test has started."""
        limits = self._limits(test)
        if limits.timeout or limits.overdue:
            self._deadlines.begin(record.agent, test, at, limits)

    def begin_end(self, record: AgentRecord, at: float) -> None:
        """An agent ends its session: fixtures of all its tests are torn down, as long as a test."""
        policy = self._policy
        if policy.timeout:
            limits = Limits(timeout=policy.timeout, overdue=0.0, grace=policy.grace_seconds)
            self._deadlines.begin(record.agent, None, at, limits)

    def hurry(self, record: AgentRecord, test: TestId, why: str, at: float) -> None:
        """A running test has no time left, whatever its own limit is."""
        if not self._deadlines.was_asked_to_end(record.agent):
            self._deadlines.hurry(record.agent, test, at, self._limits(test))
            self._ask_to_end(record, test, f"Timeout: {why}", at)

    def cancel(self, record: AgentRecord, test: TestId, at: float) -> None:
        """A running test is not needed any more: it is to end as if its time was over."""
        if not self._deadlines.was_asked_to_end(record.agent):
            self._deadlines.hurry(record.agent, test, at, self._limits(test))
            message = "cancelled: another agent has a result"
            self._draft.order(EndTest(agent=record.agent, test=test, message=message))

    def end(self, record: AgentRecord) -> None:
        """A test has ended, or its agent."""
        self._deadlines.end(record.agent)

    def lose(self, record: AgentRecord) -> None:
        """An agent has ended; if its test was asked to end, that was how it did."""
        record.timed_out = record.timed_out or self._deadlines.was_asked_to_end(record.agent)
        self._deadlines.end(record.agent)

    def on_time(self, at: float) -> None:
        """Do what is due about tests that are late."""
        for late in self._deadlines.late(at):
            self._heed(self._registry.live[late.agent], late, at)
        for record, why in self._gaps.late(at):
            self._terminate(record, why, at)

    def _heed(self, record: AgentRecord, late: Late, at: float) -> None:
        if late.test is None:
            if late.lateness is Lateness.OUT_OF_PATIENCE:
                self._terminate(record, f"its session did not end in {late.timeout:g} s", late)
            return
        match late.lateness:
            case Lateness.OVERDUE:
                self._draft.publish(
                    TestOverdue(
                        agent=late.agent,
                        test=late.test,
                        seconds=late.seconds,
                        timeout=late.timeout,
                        at=at,
                    )
                )
                self._draft.order(ShowStacks(agent=late.agent, test=late.test))
            case Lateness.ASKED_TO_END:
                self._ask_to_end(record, late.test, f"Timeout (>{late.timeout:g} s)", at)
            case Lateness.OUT_OF_PATIENCE:
                record.timed_out = True
                self._terminate(record, f"its test timed out after {late.timeout:g} s", late)
            case Lateness.IN_TIME:
                pass
            case _:
                assert_never(late.lateness)

    def _terminate(self, record: AgentRecord, why: str, cause: object) -> None:
        record.move(Step.TIMED_OUT, cause)
        record.reason = why
        self._draft.order(TerminateAgent(agent=record.agent))

    def _ask_to_end(self, record: AgentRecord, test: TestId, message: str, at: float) -> None:
        agent, timeout = record.agent, self._limits(test).timeout
        self._draft.publish(TestTimedOut(agent=agent, test=test, timeout=timeout, at=at))
        self._draft.order(EndTest(agent=agent, test=test, message=message))

    def _limits(self, test: TestId) -> Limits:
        policy, row = self._policy, self._plan.tests[test]
        phase = self._homes[test].phase.plan.phase
        by_phase = policy.phase_timeouts.get(phase, policy.timeout)
        return Limits(
            timeout=by_phase if row.timeout is None else row.timeout,
            overdue=policy.overdue,
            grace=policy.grace_seconds,
        )
