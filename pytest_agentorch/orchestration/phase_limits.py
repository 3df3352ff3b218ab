"""Phase limits: a phase that has had its time is stopped; the others go on.

What has not started in it will not, what runs is asked to end. A test without a verdict then fails
the run, not itself.
"""

from __future__ import annotations

from collections.abc import Iterable

from pytest_agentorch.model.event import PhaseTimedOut
from pytest_agentorch.model.ids import PhaseName, TestId
from pytest_agentorch.orchestration.agent_record import AgentState
from pytest_agentorch.orchestration.command import TakeBackTests
from pytest_agentorch.orchestration.decision import Draft
from pytest_agentorch.orchestration.phase_progress import PhaseProgress
from pytest_agentorch.orchestration.policy import Policy
from pytest_agentorch.orchestration.registry import AgentRegistry
from pytest_agentorch.orchestration.schedule import Schedule
from pytest_agentorch.orchestration.timeouts import Timeouts


class PhaseLimits:
    """Knows when each open phase has had its time."""

    def __init__(
        self,
        policy: Policy,
        schedule: Schedule,
        registry: AgentRegistry,
        timeouts: Timeouts,
        draft: Draft,
    ) -> None:
        self._limits = policy.phase_limits
        self._schedule = schedule
        self._registry = registry
        self._timeouts = timeouts
        self._draft = draft
        self._ends_at: dict[PhaseName, float] = {}

    @property
    def next_at(self) -> float | None:
        """When the next one has; None if none has a limit."""
        return min((self._ends_at[phase.plan.name] for phase in self._running()), default=None)

    def watch(self, at: float) -> None:
        """Take note of phases that have begun."""
        for phase in self._schedule.agenda.open if self._limits else ():
            limit = self._limits.get(phase.plan.name)
            if limit:
                self._ends_at.setdefault(phase.plan.name, at + limit)

    def on_time(self, at: float) -> None:
        """Stop the phases that have had their time."""
        for phase in [one for one in self._running() if self._ends_at[one.plan.name] <= at]:
            self._stop(phase, at)

    def on_test_started(self, test: TestId, at: float) -> None:
        """A test of a phase that was stopped may have begun before its agent was told."""
        phase = self._schedule.homes[test].phase
        if phase.stopped:
            self._end_running(phase, at)

    def _running(self) -> list[PhaseProgress]:
        known = self._ends_at
        phases = self._schedule.agenda.open if known else ()
        return [phase for phase in phases if phase.plan.name in known and not phase.stopped]

    def _stop(self, phase: PhaseProgress, at: float) -> None:
        before = len(self._schedule.dropped)
        phase.stopped = True
        self._drop_waiting(phase)
        self._take_back(phase)
        name = phase.plan.name
        self._draft.publish(
            PhaseTimedOut(
                phase=name,
                timeout=self._limits[name],
                dropped=len(self._schedule.dropped) - before,
                at=at,
            )
        )
        self._end_running(phase, at)

    def _take_back(self, phase: PhaseProgress) -> None:
        """Let go of what agents have not begun of a phase."""
        for record in self._registry.in_state(AgentState.ACTIVE):
            hand = self._schedule.hands[record.agent]
            if self._in(phase, hand.claimed):
                self._schedule.relinquish(record.agent)
            queued = tuple(self._in(phase, hand.queued))
            if queued and not record.asked_back:
                record.asked_back += 1
                self._draft.order(TakeBackTests(agent=record.agent, tests=queued))

    def _drop_waiting(self, phase: PhaseProgress) -> None:
        """Drop what waits in a phase, wherever, or for a suspect: that may be in some hand."""
        schedule = self._schedule
        schedule.drop(phase.clear())
        for suspect in self._in(phase, schedule.suspects):
            schedule.suspects.remove(suspect)
            schedule.drop([suspect])
        for test in self._in(phase, schedule.resting):
            del schedule.resting[test]
            schedule.drop([test])
        for suspect in self._in(phase, schedule.followers):
            schedule.drop(schedule.followers.pop(suspect))

    def _in(self, phase: PhaseProgress, tests: Iterable[TestId]) -> list[TestId]:
        return [test for test in tests if self._schedule.homes[test].phase is phase]

    def _end_running(self, phase: PhaseProgress, at: float) -> None:
        why = f"phase {phase.plan.name} has had its {self._limits[phase.plan.name]:g} s"
        for agent, hand in self._schedule.hands.items():
            if hand.started is not None and self._schedule.homes[hand.started].phase is phase:
                self._timeouts.hurry(self._registry.live[agent], hand.started, why, at)
