"""What a plan says of how its phases will follow each other. Pure."""

from __future__ import annotations

from pytest_agentorch.model.ids import PhaseName
from pytest_agentorch.orchestration.phase_plan import PhasePlan
from pytest_agentorch.orchestration.plan import Plan


def directly_before(phase: PhasePlan, plan: Plan) -> list[PhaseName]:
    """The phases that one waits for, without those that another of these waits for anyway."""
    before = [one for one in plan.phases if phase.barrier and one.name in phase.after]
    return [one.name for one in before if not any(one.name in other.after for other in before)]


def beside(phase: PhasePlan, plan: Plan) -> list[PhaseName]:
    """The phases that may run at the same time, where somebody has named one of the two."""
    return [
        one.name
        for one in plan.phases
        if one is not phase
        and (one.named or phase.named)
        and not _waits(one, phase)
        and not _waits(phase, one)
    ]


def predicted_seconds(plan: Plan) -> float | None:
    """How long all phases will probably take; None if too little is known of one.

    The longest chain of phases that wait for each other, or the work shared out among all agents
    if that is more.
    """
    ends: dict[PhaseName, float] = {}
    work = 0.0
    for phase in plan.phases:
        if phase.seconds is None:
            return None
        begins = max((ends[name] for name in directly_before(phase, plan)), default=0.0)
        ends[phase.name] = begins + phase.seconds
        work += sum(plan.forecast.total(unit.tests) for unit in phase.units)
    return max([work / max(1, len(plan.slots)), *ends.values()])


def _waits(one: PhasePlan, other: PhasePlan) -> bool:
    return one.barrier and other.name in one.after
