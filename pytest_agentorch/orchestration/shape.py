"""The shape of a plan: what of it stays the same on another number of agents. Pure."""

from __future__ import annotations

from collections import defaultdict

from pytest_agentorch.model.demand import Demand
from pytest_agentorch.model.frozen import replace
from pytest_agentorch.model.ids import PhaseName, TestId
from pytest_agentorch.model.needs import NO_NEEDS
from pytest_agentorch.model.phase_shape import PhaseShape
from pytest_agentorch.model.settings import Dist, Isolate, PhaseSettings, Settings
from pytest_agentorch.orchestration.phase_agents import agents_for
from pytest_agentorch.orchestration.phase_plan import PhasePlan
from pytest_agentorch.orchestration.plan import Plan
from pytest_agentorch.orchestration.plan_needs import usual_memory

_NO_LIMIT = 1 << 20


def shapes(plan: Plan, settings: Settings) -> tuple[PhaseShape, ...]:
    """Return the shape of each phase.

    None where each agent has work of its own, or each test or file a process: then to ask for
    another number of agents is to ask for something else.
    """
    if settings.dist in (Dist.EACH, Dist.ROUND_ROBIN) or settings.isolate is not Isolate.NONE:
        return ()
    waves: dict[PhaseName, int] = {}
    found: dict[PhaseName, PhaseShape] = {}
    for phase in plan.phases:
        before = [waves[name] for name in phase.after if name in waves]
        waves[phase.name] = 1 + max(before, default=0) if phase.barrier else 0
        whole = tuple(u.tests for u in phase.units if u.sticky and len(u.tests) > 1)
        if phase.phase in found:
            # Another turn of it.
            shape = found[phase.phase]
            found[phase.phase] = replace(shape, whole=(*shape.whole, *whole))
        else:
            most = _most_agents(phase, settings)
            wave = waves[phase.name]
            memory = usual_memory(_settings_of(phase, settings))
            found[phase.phase] = PhaseShape(
                phase=phase.phase, wave=wave, most_agents=most, whole=whole, memory=memory
            )
    return tuple(found.values())


def demands_of(plan: Plan) -> tuple[Demand, ...]:
    """Return what the tests of a plan need, as far as anybody knows."""
    found: defaultdict[tuple[int, int], list[TestId]] = defaultdict(list)
    kinds = {id(one): one for one in plan.needs}
    for phase in plan.phases:
        for unit in phase.units if plan.needs or plan.contention.supply.memory else ():
            for test in unit.tests:
                found[id(plan.needs[test]) if plan.needs else 0, unit.memory].append(test)
    return tuple(
        Demand(tests=tuple(tests), needs=kinds.get(key, NO_NEEDS), memory=memory)
        for (key, memory), tests in found.items()
        if memory or kinds.get(key, NO_NEEDS) != NO_NEEDS
    )


def _settings_of(phase: PhasePlan, settings: Settings) -> PhaseSettings:
    return next(one for one in settings.phases if one.name == phase.phase)


def _most_agents(phase: PhasePlan, settings: Settings) -> int:
    own = _settings_of(phase, settings)
    unbound = replace(settings, agents=_NO_LIMIT)
    return agents_for(own, phase.tests, named=phase.named, settings=unbound)
