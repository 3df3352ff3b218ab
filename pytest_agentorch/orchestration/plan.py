"""The plan: phases in order, their agents, and the units of scheduling in each."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from types import MappingProxyType

from pytest_agentorch.model.frozen import Frozen, replace
from pytest_agentorch.model.history import History
from pytest_agentorch.model.ids import PhaseName, SlotId, TestId
from pytest_agentorch.model.needs import Needs
from pytest_agentorch.model.settings import Dist, Gate, PhaseSettings, Settings
from pytest_agentorch.model.supply import Supply
from pytest_agentorch.model.test import TestDescriptor
from pytest_agentorch.orchestration.ability import abilities, places_for, places_of
from pytest_agentorch.orchestration.chain import check_chains
from pytest_agentorch.orchestration.contention import Contention, contention
from pytest_agentorch.orchestration.demand import demands
from pytest_agentorch.orchestration.distribution import units_of
from pytest_agentorch.orchestration.forecast import Forecast, foresee
from pytest_agentorch.orchestration.isolation import Ration, in_rations, rations
from pytest_agentorch.orchestration.order import by_priority, in_order, least_seconds
from pytest_agentorch.orchestration.phase_agents import agents_for
from pytest_agentorch.orchestration.phase_order import ordered, transitive
from pytest_agentorch.orchestration.phase_plan import PhasePlan
from pytest_agentorch.orchestration.plan_needs import by_needs, default_memory, memory_of
from pytest_agentorch.orchestration.supply import supply_of
from pytest_agentorch.orchestration.turn import in_turns
from pytest_agentorch.orchestration.unit import Places

_NOTHING_KNOWN = History()


class Plan(Frozen):
    """All the work of a run.

    Attributes:
        tests: by `TestId`. With `--agents-dist=each` the collected tests follow each other
            once per slot: `item(test)` is the position in the collection.
        slots: where agents may run, the collecting one first.
        rations: under isolation, of each test what an agent runs beside it at most; else empty.
        needs: of each test what it must have to run; empty if none of them needs anything.
        supply: what there is of that.
        contention: what of it tests may have to wait for.
        kept_failures: how many tests of a phase have failed in an earlier run, and do not run.
        capabilities: what the agent of each slot has.
        priorities: of the slots that have one; the others have 0.
    """

    tests: tuple[TestDescriptor, ...]
    collected: int
    phases: tuple[PhasePlan, ...]
    slots: tuple[SlotId, ...]
    forecast: Forecast
    rations: tuple[Ration, ...] = ()
    needs: tuple[Needs, ...] = ()
    supply: Supply = Supply()
    contention: Contention = Contention()
    kept_failures: Mapping[PhaseName, int] = MappingProxyType({})
    capabilities: Mapping[SlotId, frozenset[str]] = MappingProxyType({})
    priorities: Mapping[SlotId, int] = MappingProxyType({})

    def item(self, test: TestId) -> int:
        """The position of a test in the collection."""
        return test % self.collected

    def tests_at(self, items: Iterable[int]) -> tuple[TestId, ...]:
        """The tests at positions in the collection."""
        starts = range(0, len(self.tests), self.collected or 1)
        return tuple(TestId(start + item) for start in starts for item in items)


def build_plan(
    tests: Sequence[TestDescriptor],
    settings: Settings,
    history: History = _NOTHING_KNOWN,
    *,
    keep_order: bool = False,
    kept: Mapping[TestId, bool] = MappingProxyType({}),
) -> Plan:
    """Sort the collected tests into phases and say how many agents each phase gets.

    Args:
        tests: as they were collected.
        settings: of this run.
        history: what earlier runs have learnt.
        keep_order: somebody has chosen the order of the tests: history changes nothing of it.
        kept: tests that an earlier run has finished, and whether they failed: no phase has them.

    Raises:
        SettingsError: a test needs what there will never be.
    """
    rows = tuple(tests) * (settings.agents if settings.dist is Dist.EACH else 1)
    forecast, needs = foresee(rows, history), demands(rows, settings)
    supply = supply_of(settings, needs)
    waits = contention(needs, supply, settings.agents)
    drafts = _with_needs(_drafts(rows, settings, kept, needs), rows, settings, history, waits)
    phases = _in_order(in_turns(drafts, rows), rows, forecast, settings, keep_order=keep_order)
    return Plan(
        tests=rows,
        collected=len(tests),
        phases=phases,
        slots=_slots(phases, settings),
        forecast=forecast,
        rations=rations(rows, settings.isolate),
        needs=needs,
        supply=supply,
        contention=waits,
        kept_failures=Counter(rows[t].phase for t, failed in kept.items() if failed),
        capabilities=abilities(settings.resources.capabilities, settings.agents),
        priorities=settings.resources.priorities,
    )


def _drafts(
    rows: Sequence[TestDescriptor],
    settings: Settings,
    kept: Collection[TestId],
    needs: Sequence[Needs],
) -> list[PhasePlan]:
    """The phases that have tests, in order."""
    check_chains(rows)
    places = places_of(rows, needs, settings)
    by_phase = _by_phase(rows, kept)
    closure = transitive(settings.phases)
    return [
        _phase_plan(
            phase, by_phase[phase.name], rows, settings, after=closure[phase.name], places=places
        )
        for phase in ordered(settings.phases)
        if by_phase[phase.name]
    ]


def _by_phase(
    rows: Sequence[TestDescriptor], kept: Collection[TestId]
) -> Mapping[PhaseName, list[TestId]]:
    by_phase: defaultdict[PhaseName, list[TestId]] = defaultdict(list)
    for position, row in enumerate(rows):
        if position not in kept:
            by_phase[row.phase].append(TestId(position))
    return by_phase


def _phase_plan(
    phase: PhaseSettings,
    members: list[TestId],
    rows: Sequence[TestDescriptor],
    settings: Settings,
    *,
    after: frozenset[PhaseName],
    places: Sequence[Places],
) -> PhasePlan:
    named = phase.configured or any(rows[t].classification.rule.names_the_phase for t in members)
    work = sum(rows[test].copies for test in members)
    agents = agents_for(phase, work, named=named, settings=settings)
    units = units_of(settings.dist, members, rows, places, agents)
    return PhasePlan(
        name=phase.name,
        phase=phase.name,
        after=after,
        barrier=named or phase.barrier,
        agents=agents,
        tests=len(members),
        units=tuple(in_rations(units, rows, settings.isolate, settings.dist)),
        seconds=None,
        memory=default_memory(phase, settings),
        named=named,
        waves=phase.waves,
        places=places_for(phase.capabilities, settings),
        gated=named and phase.gate is Gate.STOP,
    )


def _with_needs(
    drafts: Sequence[PhasePlan],
    rows: Sequence[TestDescriptor],
    settings: Settings,
    history: History,
    waits: Contention,
) -> Sequence[PhasePlan]:
    """Let tests wait by what they need."""
    memory = memory_of(rows, settings, history) if waits.supply.memory else ()
    if not waits.needs and not memory:
        return drafts
    return [
        replace(draft, units=tuple(by_needs(draft.units, waits.needs, memory, draft.memory)))
        for draft in drafts
    ]


def _in_order(
    drafts: Iterable[PhasePlan],
    rows: Sequence[TestDescriptor],
    forecast: Forecast,
    settings: Settings,
    *,
    keep_order: bool,
) -> tuple[PhasePlan, ...]:
    """Say what begins early in each phase; a priority is heeded in any case."""
    keeps = keep_order or settings.dist in (Dist.EACH, Dist.ROUND_ROBIN)
    urgent = (replace(draft, units=by_priority(draft.units, rows)) for draft in drafts)
    return tuple(
        _with_forecast(draft, forecast, keeps=keeps, strict=settings.dist is Dist.PRIORITY)
        for draft in urgent
    )


def _with_forecast(draft: PhasePlan, forecast: Forecast, *, keeps: bool, strict: bool) -> PhasePlan:
    """Say what begins early in a phase, and how long all of it will take."""
    units, agents = draft.units, draft.agents
    is_known = forecast.covers([test for unit in units for test in unit.tests])
    return replace(
        draft,
        units=units if keeps else in_order(units, forecast, agents, strict=strict),
        seconds=least_seconds(units, forecast, agents) if is_known else None,
    )


def _slots(phases: Sequence[PhasePlan], settings: Settings) -> tuple[SlotId, ...]:
    is_each = settings.dist is Dist.EACH
    count = settings.agents if is_each else _slot_count(phases, settings.agents)
    units = [unit for phase in phases for unit in phase.units]
    bound = {unit.places for unit in units if unit.places}
    bound |= {frozenset((unit.dealt,)) for unit in units if unit.dealt}
    first, *others = (SlotId(f"gw{number}") for number in range(settings.agents))
    if settings.dist is not Dist.ROUND_ROBIN:
        # That has dealt to the first ones.
        others.sort(key=lambda slot: -settings.resources.priorities.get(slot, 0))
    there = [first, *others]
    # Someone must be able to run what only some can.
    nearest = (min(map(there.index, places)) for places in bound)
    return tuple(there[: max(count, 1, *(number + 1 for number in nearest))])


def _slot_count(phases: Sequence[PhasePlan], asked: int) -> int:
    """The most agents that can be busy at once: phases at the same depth of barriers overlap."""
    depth: dict[PhaseName, int] = {}
    busy: defaultdict[int, int] = defaultdict(int)
    for phase in phases:
        before = [depth[name] for name in phase.after if name in depth]
        depth[phase.name] = 1 + max(before, default=0) if phase.barrier else 0
        busy[depth[phase.name]] += phase.agents
    return min(asked, max(busy.values(), default=1))
