"""The outline of a plan: its phases, without their tests. Pure."""

from __future__ import annotations

from pytest_agentorch.model.ids import PhaseName
from pytest_agentorch.model.phase_outline import PhaseOutline
from pytest_agentorch.orchestration.plan import Plan


def outlines(plan: Plan) -> tuple[PhaseOutline, ...]:
    """Return one for each phase; its first turn says what it waits for."""
    found: dict[PhaseName, PhaseOutline] = {}
    there = {phase.name for phase in plan.phases} & {phase.phase for phase in plan.phases}
    for phase in plan.phases:
        after = sorted(phase.after & there) if phase.barrier else ()
        outline = PhaseOutline(phase=phase.phase, after=tuple(after), agents=phase.agents)
        found.setdefault(phase.phase, outline)
    return tuple(found.values())
