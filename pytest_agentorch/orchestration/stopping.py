"""Stopping: who wants the run to end, how soon, and what the agents are told then."""

from __future__ import annotations

from pytest_agentorch.model.event import StopRequested
from pytest_agentorch.model.ids import AgentId
from pytest_agentorch.model.stop_reason import StopReason
from pytest_agentorch.orchestration.agent_record import AgentRecord, AgentState, Step
from pytest_agentorch.orchestration.command import (
    InterruptAgent,
    KillAgent,
    TakeBackTests,
)
from pytest_agentorch.orchestration.decision import Draft
from pytest_agentorch.orchestration.policy import Policy
from pytest_agentorch.orchestration.registry import AgentRegistry
from pytest_agentorch.orchestration.schedule import Schedule


class Stopping:
    """The wish that the run ends now, if there is one; the most severe wins.

    Attributes:
        deadline: when the grace of interrupted agents is over; None if none is.
        request: the wish.
    """

    def __init__(
        self, schedule: Schedule, registry: AgentRegistry, draft: Draft, policy: Policy
    ) -> None:
        self._schedule = schedule
        self._registry = registry
        self._draft = draft
        self._grace_seconds = policy.grace_seconds
        self._ends_at = policy.ends_at
        self._interrupted: set[AgentId] = set()
        self.deadline: float | None = None
        self.request: StopRequested | None = None

    @property
    def next_at(self) -> float | None:
        """When something is to be done here, if nothing else happens."""
        return self.deadline if self.asked else self._ends_at

    @property
    def asked(self) -> bool:
        """Whether no other test is to start."""
        return self.request is not None

    @property
    def is_abrupt(self) -> bool:
        """Whether running tests are to end, too."""
        return self.request is not None and _is_abrupt(self.request)

    def ask(self, request: StopRequested) -> None:
        """Let the run end; at once if the user wants it although it is ending abruptly already."""
        is_first, was_abrupt = self.request is None, self.is_abrupt
        self._draft.publish(request)
        if self.request is None or request.reason > self.request.reason:
            self.request = request
        if is_first:
            self._stop_starting()
        if self.is_abrupt and not was_abrupt:
            self._interrupt(request.at)
        elif was_abrupt and _is_abrupt(request) and request.agent is None:
            self.kill_all()

    def on_time(self, at: float) -> None:
        """End the run when it has had its time, and what is left when the grace is over."""
        if self._ends_at is not None and at >= self._ends_at and not self.asked:
            message = "the run has taken as long as it may [run-timed-out]"
            self.ask(StopRequested(reason=StopReason.TIMED_OUT, message=message, at=at))
        if self.deadline is not None and at >= self.deadline:
            self.deadline = None
            self.kill_all()

    def on_test_started(self, record: AgentRecord) -> None:
        """Interrupt a test that began before its agent was told."""
        if self.is_abrupt and record.state is AgentState.ACTIVE:
            self._interrupt_once(record)

    def kill_all(self) -> None:
        """End every process."""
        for record in self._registry.live.values():
            self.kill(record)

    def kill(self, record: AgentRecord) -> None:
        """End a process."""
        record.move(Step.TOLD_TO_DIE, self.request)
        self._draft.order(KillAgent(agent=record.agent))

    def _stop_starting(self) -> None:
        """Let no other test start."""
        self._schedule.stop()
        for record in self._registry.live.values():
            hand = self._schedule.hands.get(record.agent)
            if record.state.is_coming:
                self.kill(record)
            elif record.state is AgentState.ACTIVE and hand is not None and hand.queued:
                record.asked_back += 1
                self._draft.order(TakeBackTests(agent=record.agent, tests=tuple(hand.queued)))

    def _interrupt(self, at: float) -> None:
        """Let running tests end, by force if they have not ended in time."""
        self.deadline = at + self._grace_seconds
        for record in self._registry.in_state(AgentState.ACTIVE):
            if self._schedule.hands[record.agent].started is not None:
                self._interrupt_once(record)

    def _interrupt_once(self, record: AgentRecord) -> None:
        """Interrupt an agent that was not: a second time would hit it while it tears down.

        What it was in then may have been the test whose start is told only now.
        """
        if record.agent not in self._interrupted:
            self._interrupted.add(record.agent)
            self._draft.order(InterruptAgent(agent=record.agent))


def _is_abrupt(request: StopRequested) -> bool:
    return request.reason >= StopReason.INTERRUPTED
