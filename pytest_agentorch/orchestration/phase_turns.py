"""Phase turns: phases and waves that are over make room for those that wait for them."""

from __future__ import annotations

from pytest_agentorch.model.event import (
    PhaseFinished,
    PhaseHookFailed,
    PhaseReviewed,
    PhaseSkipped,
    PhaseStarted,
    WaveFinished,
    WaveStarted,
)
from pytest_agentorch.model.ids import PhaseName, TestId
from pytest_agentorch.model.veto import Veto
from pytest_agentorch.orchestration.advancing import Advancing
from pytest_agentorch.orchestration.command import ReviewPhase
from pytest_agentorch.orchestration.decision import Draft
from pytest_agentorch.orchestration.gate import closed_by
from pytest_agentorch.orchestration.losses import Losses
from pytest_agentorch.orchestration.phase_progress import PhaseProgress
from pytest_agentorch.orchestration.policy import Policy
from pytest_agentorch.orchestration.schedule import Schedule
from pytest_agentorch.orchestration.stopping import Stopping


class PhaseTurns:
    """Part of the dispatcher: it opens, skips and closes phases, and lets plugins review them."""

    def __init__(
        self,
        schedule: Schedule,
        stopping: Stopping,
        losses: Losses,
        draft: Draft,
        policy: Policy,
    ) -> None:
        self._schedule = schedule
        self._agenda = schedule.agenda
        self._stopping = stopping
        self._losses = losses
        self._draft = draft
        self._policy = policy
        self._advancing = Advancing(schedule, draft)

    @property
    def waits(self) -> bool:
        """Whether something is to begin as soon as plugins have said what they think."""
        phases = self._agenda.phases.values()
        return not self._stopping.asked and any(phase.in_review is not None for phase in phases)

    def turn(self, at: float) -> None:
        """Close the phases that are over, and open those that wait for no other."""
        self._close(at)
        if self._stopping.asked:
            return
        for phase in self._agenda.open:
            if phase.is_between_waves:
                self._turn_wave(phase, at)
        while self._agenda.ready() and not self._stopping.asked:
            self._open(at)
            # One that has lost all of its tests to another is over at once.
            self._close(at)

    def review(self, event: PhaseReviewed) -> None:
        """Take in what plugins think of a phase, or of a wave of it."""
        self._draft.publish(event)
        behind = self._behind(event.phase)
        for veto in event.vetoes:
            for name in veto.phases or ((event.phase,) if event.wave else behind):
                if not self._veto(PhaseName(name), veto, event.at) and veto.phases:
                    error = f"it has vetoed {name}: there is no such phase, or it has begun"
                    self._draft.publish(
                        PhaseHookFailed(phase=event.phase, error=error, at=event.at)
                    )
        if not self._stopping.asked:
            for wish in event.advances:
                self._advancing.advance(wish, behind, event)
        for phase in self._parts(event.phase):
            if phase.in_review == event.wave:
                phase.in_review = None
                self._schedule.changes += 1

    def _open(self, at: float) -> None:
        while [phase for phase in self._agenda.ready() if self._skips(phase, at)]:
            # Others may wait for what was skipped, and for nothing else.
            pass
        for phase in self._schedule.open_phases():
            plan = phase.plan
            self._draft.publish(
                PhaseStarted(phase=plan.name, tests=phase.tests, agents=plan.agents, at=at)
            )
            if phase.held.tests:
                self._begin_wave(phase, at)

    def _parts(self, name: PhaseName) -> list[PhaseProgress]:
        """All turns of a phase."""
        return [one for one in self._agenda.phases.values() if one.plan.phase == name]

    def _close(self, at: float) -> None:
        for name in self._schedule.close_phases():
            phase = self._agenda.phases[name]
            if phase.wave is not None and not phase.wave.over:
                self._end_wave(phase, at)
            self._draft.publish(PhaseFinished(phase=name, at=at))
            parts = self._parts(phase.plan.phase)
            had_tests = any(part.tests for part in parts)
            if self._policy.reviews_phases and had_tests and all(part.finished for part in parts):
                self._ask(phase, 0)

    def _turn_wave(self, phase: PhaseProgress, at: float) -> None:
        assert phase.wave is not None
        if not phase.wave.over:
            self._end_wave(phase, at)
        if phase.in_review is None:
            self._begin_wave(phase, at)

    def _end_wave(self, phase: PhaseProgress, at: float) -> None:
        assert phase.wave is not None
        phase.wave.over = True
        number = phase.wave.number
        self._draft.publish(WaveFinished(phase=phase.plan.name, wave=number, at=at))
        if self._policy.reviews_waves:
            self._ask(phase, number, phase.wave.tests)

    def _begin_wave(self, phase: PhaseProgress, at: float) -> None:
        waves = [
            part.wave.number for part in self._parts(phase.plan.phase) if part.wave is not None
        ]
        number = 1 + max(waves, default=0)
        wave = phase.begin_wave(number, self._size(phase, at), at, self._losses.agents)
        self._schedule.changes += 1
        self._schedule.reach_changed = True
        self._draft.publish(
            WaveStarted(phase=phase.plan.name, wave=wave.number, tests=wave.tests, at=at)
        )

    def _size(self, phase: PhaseProgress, at: float) -> int:
        last = phase.wave
        if phase.plan.waves or last is None:
            return phase.plan.waves or phase.plan.agents
        is_short = self._schedule.leases.limit is not None
        return last.next_size(
            seconds=at - last.began, is_troubled=is_short or self._losses.agents > last.losses
        )

    def _ask(self, phase: PhaseProgress, wave: int, tests: tuple[TestId, ...] = ()) -> None:
        if not self._stopping.asked:
            phase.in_review = wave
            self._draft.order(ReviewPhase(phase=phase.plan.phase, wave=wave, tests=tests))

    def _behind(self, name: PhaseName) -> tuple[PhaseName, ...]:
        """The phases that wait for one."""
        phases = self._agenda.phases.values()
        return tuple(
            dict.fromkeys(
                phase.plan.phase
                for phase in phases
                if any(other.plan.phase == name for other in self._agenda.before(phase))
            )
        )

    def _veto(self, name: PhaseName, veto: Veto, at: float) -> bool:
        """Let a phase not begin, or not go on; say whether there is anything left of it."""
        left = [part for part in self._parts(name) if not part.started or part.held.tests]
        for phase in left:
            phase.veto = veto.reason or "a plugin has vetoed it"
            if phase.started:
                self._skip(phase, phase.held.clear(), phase.veto, at)
        return bool(left)

    def _skips(self, phase: PhaseProgress, at: float) -> bool:
        """Let a phase be over that may start, if somebody or something is against that."""
        reason = phase.veto
        if phase.plan.gated and not reason:
            before = self._agenda.before(phase)
            reason = closed_by(phase.plan, before, self._agenda.kept_failures)
        if not phase.tests:
            # There is nothing left that could be kept from running.
            return False
        if reason:
            self._skip(phase, self._agenda.skip(phase), reason, at)
        return bool(reason)

    def _skip(self, phase: PhaseProgress, tests: list[TestId], reason: str, at: float) -> None:
        self._schedule.drop(tests)
        self._schedule.changes += 1
        phase.excused += len(tests)
        self._draft.publish(
            PhaseSkipped(
                phase=phase.plan.name,
                tests=tuple(tests),
                reason=reason,
                vetoed=bool(phase.veto),
                at=at,
            )
        )
