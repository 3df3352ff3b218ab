"""What a plan says of how its phases will follow each other. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from heapq import heappop, heappush

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
    """How long all phases will probably take; None if too little is known of one."""
    is_known = all(phase.seconds is not None for phase in plan.phases)
    return _played(plan.phases, plan) if is_known else None


def phase_seconds(phase: PhasePlan, plan: Plan) -> float | None:
    """How long one phase will probably take alone; None if too little is known."""
    return None if phase.seconds is None else _played((phase,), plan)


def _played(phases: Sequence[PhasePlan], plan: Plan) -> float:
    """Play it through: an agent that is free takes the first of what may begin."""
    pieces = {phase.name: list(_pieces(phase, plan)) for phase in phases}
    left = {name: len(some) for name, some in pieces.items()}
    busy = dict.fromkeys(left, 0)
    running: list[tuple[float, PhaseName]] = []
    now = 0.0
    while True:
        for phase in phases:
            if phase.barrier and any(left.get(name) for name in phase.after):
                continue
            some, room = pieces[phase.name], len(plan.slots) - len(running)
            begin = some[: max(0, min(phase.agents - busy[phase.name], room))]
            del some[: len(begin)]
            busy[phase.name] += len(begin)
            for seconds in begin:
                heappush(running, (now + seconds, phase.name))
        if not running:
            return now
        now, name = heappop(running)
        busy[name] -= 1
        left[name] -= 1


def _pieces(phase: PhasePlan, plan: Plan) -> Iterator[float]:
    """How long what one agent runs takes, in the order in which it begins."""
    for unit in phase.units:
        if unit.sticky:
            yield plan.forecast.total(unit.tests)
        else:
            yield from map(plan.forecast.of, unit.tests)


def _waits(one: PhasePlan, other: PhasePlan) -> bool:
    return one.barrier and other.name in one.after
