"""The plan: phases in order, their agents, and the units of scheduling in each."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import assert_never

from pytest_agentorch.model.frozen import Frozen, replace
from pytest_agentorch.model.history import History
from pytest_agentorch.model.ids import PhaseName, SlotId, TestId
from pytest_agentorch.model.needs import Needs
from pytest_agentorch.model.settings import Dist, Gate, PhaseSettings, Settings
from pytest_agentorch.model.supply import Supply
from pytest_agentorch.model.test import TestDescriptor
from pytest_agentorch.orchestration.contention import Contention, contention
from pytest_agentorch.orchestration.demand import demands
from pytest_agentorch.orchestration.forecast import Forecast, foresee
from pytest_agentorch.orchestration.isolation import Ration, in_rations, rations
from pytest_agentorch.orchestration.order import in_order, least_seconds
from pytest_agentorch.orchestration.phase_agents import agents_for
from pytest_agentorch.orchestration.phase_order import ordered, transitive
from pytest_agentorch.orchestration.phase_plan import PhasePlan
from pytest_agentorch.orchestration.plan_needs import by_needs, default_memory, memory_of
from pytest_agentorch.orchestration.supply import supply_of
from pytest_agentorch.orchestration.turn import in_turns
from pytest_agentorch.orchestration.unit import Unit

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
    forecast = foresee(rows, history)
    needs = demands(rows, settings)
    supply = supply_of(settings, needs)
    waits = contention(needs, supply, settings.agents)
    memory = memory_of(rows, settings, history) if waits.supply.memory else ()
    turns = in_turns(_with_needs(_drafts(rows, settings, kept), waits.needs, memory), rows)
    phases = tuple(_with_forecast(turn, forecast, keep_order=keep_order) for turn in turns)
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
        kept_failures=Counter(rows[t].classification.phase for t, failed in kept.items() if failed),
    )


def _drafts(
    rows: Sequence[TestDescriptor], settings: Settings, kept: Collection[TestId]
) -> list[PhasePlan]:
    """The phases that have tests, in order."""
    by_phase = _by_phase(rows, kept)
    closure = transitive(settings.phases)
    return [
        _phase_plan(phase, by_phase[phase.name], rows, settings, closure[phase.name])
        for phase in ordered(settings.phases)
        if by_phase[phase.name]
    ]


def _by_phase(
    rows: Sequence[TestDescriptor], kept: Collection[TestId]
) -> Mapping[PhaseName, list[TestId]]:
    by_phase: defaultdict[PhaseName, list[TestId]] = defaultdict(list)
    for position, row in enumerate(rows):
        if position not in kept:
            by_phase[row.classification.phase].append(TestId(position))
    return by_phase


def _phase_plan(
    phase: PhaseSettings,
    members: list[TestId],
    rows: Sequence[TestDescriptor],
    settings: Settings,
    after: frozenset[PhaseName],
) -> PhasePlan:
    named = phase.configured or any(rows[t].classification.rule.names_the_phase for t in members)
    units = _units(members, rows, settings)
    return PhasePlan(
        name=phase.name,
        phase=phase.name,
        after=after,
        barrier=named or phase.barrier,
        agents=agents_for(phase, len(members), named=named, settings=settings),
        tests=len(members),
        units=tuple(in_rations(units, rows, settings.isolate, settings.dist)),
        seconds=None,
        memory=default_memory(phase, settings),
        named=named,
        waves=phase.waves,
        gated=named and phase.gate is Gate.STOP,
    )


def _with_needs(
    drafts: Sequence[PhasePlan], needs: Sequence[Needs], memory: Sequence[int]
) -> Sequence[PhasePlan]:
    """Let tests wait by what they need."""
    if not needs and not memory:
        return drafts
    return [
        replace(draft, units=tuple(by_needs(draft.units, needs, memory, draft.memory)))
        for draft in drafts
    ]


def _with_forecast(draft: PhasePlan, forecast: Forecast, *, keep_order: bool) -> PhasePlan:
    """Say what begins early in a phase, and how long all of it will take."""
    units, agents = draft.units, draft.agents
    is_known = forecast.covers([test for unit in units for test in unit.tests])
    return replace(
        draft,
        units=units if keep_order else in_order(units, forecast, agents),
        seconds=least_seconds(units, forecast, agents) if is_known else None,
    )


def _units(
    members: list[TestId], rows: Sequence[TestDescriptor], settings: Settings
) -> Iterable[Unit]:
    match settings.dist:
        case Dist.EACH:
            return _pinned(members, len(rows) // settings.agents)
        case Dist.FILE:
            return _gathered(members, lambda test: rows[test].path)
        case Dist.SCOPE:
            return _gathered(members, lambda test: rows[test].scope)
        case Dist.GROUP:
            return _gathered(members, lambda test: rows[test].group)
        case Dist.BALANCED:
            return _balanced(members, rows)
        case _:
            assert_never(settings.dist)


def _pinned(members: list[TestId], collected: int) -> Iterable[Unit]:
    for test in members:
        yield Unit(tests=(test,), slot=SlotId(f"gw{test // collected}"), sticky=True)


def _gathered(members: Iterable[TestId], key: Callable[[TestId], str]) -> list[Unit]:
    """Put all tests with the same non-empty key into one unit, where the first of them was."""
    groups: dict[object, list[TestId]] = {}
    for test in members:
        groups.setdefault(key(test) or test, []).append(test)
    return [Unit(tests=tuple(tests), sticky=len(tests) > 1) for tests in groups.values()]


def _balanced(members: list[TestId], rows: Sequence[TestDescriptor]) -> Iterable[Unit]:
    """Keep groups whole; let neighbours stay together that share a fixture, a parameter or a file.

    What belongs to a class is never divided: its tests lean on each other.
    A file is no reason to hold anybody up: an idle agent gets the rear half of what another has.
    But tests that lean on the one before them are more common than anybody likes.
    """
    groups = {u.tests[0]: u for u in _gathered(members, lambda test: rows[test].group) if u.sticky}
    grouped = {test for unit in groups.values() for test in unit.tests}
    run: list[TestId] = []
    for test in members:
        neighbour = run and _bond(rows[test]) == _bond(rows[run[-1]])
        if run and (test in grouped or not neighbour):
            yield _neighbours(run, rows)
            run = []
        if test in groups:
            yield groups[test]
        elif test not in grouped:
            run.append(test)
    if run:
        yield _neighbours(run, rows)


def _neighbours(run: list[TestId], rows: Sequence[TestDescriptor]) -> Unit:
    first = rows[run[0]]
    return Unit(tests=tuple(run), sticky=first.whole and len(run) > 1, shares=bool(first.unit))


def _bond(row: TestDescriptor) -> str:
    """What keeps a test with its neighbours."""
    return row.unit or row.path


def _slots(phases: Sequence[PhasePlan], settings: Settings) -> tuple[SlotId, ...]:
    is_each = settings.dist is Dist.EACH
    count = settings.agents if is_each else _slot_count(phases, settings.agents)
    return tuple(SlotId(f"gw{number}") for number in range(count))


def _slot_count(phases: Sequence[PhasePlan], asked: int) -> int:
    """The most agents that can be busy at once: phases at the same depth of barriers overlap."""
    depth: dict[PhaseName, int] = {}
    busy: defaultdict[int, int] = defaultdict(int)
    for phase in phases:
        before = [depth[name] for name in phase.after if name in depth]
        depth[phase.name] = 1 + max(before, default=0) if phase.barrier else 0
        busy[depth[phase.name]] += phase.agents
    return min(asked, max(busy.values(), default=1))
