"""The conclusion of a run: the last verdicts, and why it has ended.

| somebody wanted it to end | tests without a verdict | a phase was stopped | reason |
|---|---|---|---|
| yes | | | theirs |
| no | some, where a plugin has wanted that | | requested |
| no | none, but where a gate was closed | | finished |
| no | some | yes | timed out |
| no | some | no | no agents |
"""

from __future__ import annotations

from pytest_agentorch.model.event import PhaseFinished, RunFinished
from pytest_agentorch.model.stop_reason import StopReason
from pytest_agentorch.orchestration.decision import Draft
from pytest_agentorch.orchestration.retries import Retries
from pytest_agentorch.orchestration.schedule import Schedule
from pytest_agentorch.orchestration.stopping import Stopping


def conclude(
    schedule: Schedule, retries: Retries, stopping: Stopping, draft: Draft, *, at: float
) -> RunFinished:
    """Publish the verdicts and phases that end with the run; return its end."""
    schedule.stop()
    for verdict in retries.conclude():
        draft.publish(verdict)
    for name in schedule.close_phases():
        draft.publish(PhaseFinished(phase=name, at=at))
    not_run = schedule.without_verdict
    phases = schedule.agenda.phases
    stopped = [name for name, phase in phases.items() if phase.stopped]
    vetoed = [
        f"{name}: {phase.veto}" for name, phase in phases.items() if phase.veto and phase.excused
    ]
    left = not_run - sum(phase.excused for phase in phases.values())
    reason, message = StopReason.FINISHED, ""
    if stopping.request is not None:
        reason, message = stopping.request.reason, stopping.request.message
    elif left and stopped:
        reason = StopReason.TIMED_OUT
        message = f"{', '.join(stopped)}: out of time, {left} tests have not run"
        message += " [phase-timed-out]"
    elif left:
        reason = StopReason.NO_AGENTS
        message = f"no agent is left: {left} tests have not run"
    elif vetoed:
        reason, message = StopReason.REQUESTED, f"{'; '.join(vetoed)} [phase-vetoed]"
    return RunFinished(reason=reason, message=message, not_run=not_run, at=at)
