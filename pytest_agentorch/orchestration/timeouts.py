"""Time-outs: what is told and done about a test that takes long."""

from __future__ import annotations

from typing import assert_never

from pytest_agentorch.model.event import TestOverdue, TestTimedOut
from pytest_agentorch.model.ids import TestId
from pytest_agentorch.orchestration.agent_record import AgentRecord, Step
from pytest_agentorch.orchestration.command import EndTest, ShowStacks, TerminateAgent
from pytest_agentorch.orchestration.deadlines import Deadlines, Late, Lateness, Limits
from pytest_agentorch.orchestration.decision import Draft
from pytest_agentorch.orchestration.plan import Plan
from pytest_agentorch.orchestration.policy import Policy
from pytest_agentorch.orchestration.registry import AgentRegistry


class Timeouts:
    """Watches what runs."""

    def __init__(self, plan: Plan, policy: Policy, registry: AgentRegistry, draft: Draft) -> None:
        self._plan = plan
        self._policy = policy
        self._registry = registry
        self._draft = draft
        self._deadlines = Deadlines()

    @property
    def next_at(self) -> float | None:
        """When there is something to look at."""
        return self._deadlines.next_at

    def begin(self, record: AgentRecord, test: TestId, at: float) -> None:
        """A test has started."""
        limits = self._limits(test)
        if limits.timeout or limits.overdue:
            self._deadlines.begin(record.agent, test, at, limits)

    def end(self, record: AgentRecord) -> None:
        """A test has ended, or its agent."""
        self._deadlines.end(record.agent)

    def on_time(self, at: float) -> None:
        """Do what is due about tests that are late."""
        for late in self._deadlines.late(at):
            self._heed(self._registry.live[late.agent], late, at)

    def _heed(self, record: AgentRecord, late: Late, at: float) -> None:
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
                self._draft.publish(
                    TestTimedOut(agent=late.agent, test=late.test, timeout=late.timeout, at=at)
                )
                self._draft.order(EndTest(agent=late.agent, test=late.test, timeout=late.timeout))
            case Lateness.OUT_OF_PATIENCE:
                record.move(Step.TIMED_OUT, late)
                record.timed_out = True
                record.reason = f"its test timed out after {late.timeout:g} s"
                self._draft.order(TerminateAgent(agent=late.agent))
            case Lateness.IN_TIME:
                pass
            case _:
                assert_never(late.lateness)

    def _limits(self, test: TestId) -> Limits:
        policy, row = self._policy, self._plan.tests[test]
        by_phase = policy.phase_timeouts.get(row.classification.phase, policy.timeout)
        return Limits(
            timeout=by_phase if row.timeout is None else row.timeout,
            overdue=policy.overdue,
            grace=policy.grace_seconds,
        )
