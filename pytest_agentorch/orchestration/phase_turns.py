"""Phase turns: phases that are over make room for those that wait for them."""

from __future__ import annotations

from pytest_agentorch.model.event import PhaseFinished, PhaseSkipped, PhaseStarted
from pytest_agentorch.orchestration.decision import Draft
from pytest_agentorch.orchestration.gate import closed_by
from pytest_agentorch.orchestration.phase_progress import PhaseProgress
from pytest_agentorch.orchestration.schedule import Schedule
from pytest_agentorch.orchestration.stopping import Stopping


class PhaseTurns:
    """Part of the dispatcher: it opens, skips and closes phases."""

    def __init__(self, schedule: Schedule, stopping: Stopping, draft: Draft) -> None:
        self._schedule = schedule
        self._stopping = stopping
        self._draft = draft

    def turn(self, at: float) -> None:
        """Close the phases that are over, and open those that wait for no other."""
        for name in self._schedule.close_phases():
            self._draft.publish(PhaseFinished(phase=name, at=at))
        if self._stopping.asked:
            return
        ready = self._schedule.agenda.ready
        while [phase for phase in ready() if self._skips(phase, at)]:
            # Others may wait for what was skipped, and for nothing else.
            pass
        for phase in self._schedule.open_phases():
            plan = phase.plan
            self._draft.publish(
                PhaseStarted(phase=plan.name, tests=plan.tests, agents=plan.agents, at=at)
            )

    def _skips(self, phase: PhaseProgress, at: float) -> bool:
        """Let a phase be over that may start, if its gate is closed."""
        agenda = self._schedule.agenda
        if not phase.plan.gated:
            return False
        reason = closed_by(phase.plan, agenda.before(phase), agenda.kept_failures)
        if reason:
            tests = agenda.skip(phase)
            self._schedule.drop(tests)
            self._schedule.changes += 1
            self._draft.publish(
                PhaseSkipped(phase=phase.plan.name, tests=tuple(tests), reason=reason, at=at)
            )
        return bool(reason)
