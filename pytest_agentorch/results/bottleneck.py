"""What bound a run: the limits that no order of its tests could beat, and the one that counts.

Pure. Each limit is a number of seconds below which the run could not have stayed for this reason
alone. The largest that comes close to what the run took is what bound it.
"""

from __future__ import annotations

import enum
from collections import defaultdict
from collections.abc import Iterator

from pytest_agentorch.model.frozen import Frozen
from pytest_agentorch.model.ids import PhaseName
from pytest_agentorch.model.phase_shape import PhaseShape
from pytest_agentorch.results.result import TestResult
from pytest_agentorch.results.run_summary import RunSummary
from pytest_agentorch.results.scarcity import scarcities


class Kind(enum.Enum):
    """What sets a limit, in the order in which they are named where two are alike."""

    COLLECTION = "collection"
    SETUP = "setup"
    TEST = "test"
    GROUP = "group"
    RESOURCE = "resource"
    PHASE = "phase"
    CONTROLLER = "controller"
    CPU = "cpu"
    AGENTS = "agents"


class Limit(Frozen):
    """The run could not be shorter, for one reason.

    Attributes:
        what: the node id of a test, or of the first of a group; the name of a phase, or of what
            tests need; else empty.
        agents: how many agents the phase has had at most; 0 for all other limits.
    """

    kind: Kind
    seconds: float
    what: str = ""
    agents: int = 0


_LARGEST_PART = 0.5
"""What does not get shorter with agents bound the run if it was more than this share of it."""
_ALIKE = 0.9
"""More agents would not help much beyond this share of what another limit allows."""
_EXPLAINS = 0.6
"""A limit that is less than this share of what the tests took explains nothing."""


def limits_of(summary: RunSummary) -> tuple[Limit, ...]:
    """Return all limits that are known, the order is that of `Kind`."""
    if not summary.agents_used:
        return ()
    return tuple(limit for limit in _limits(summary) if limit.seconds > 0.0)


def bound_by(summary: RunSummary, limits: tuple[Limit, ...]) -> Limit | None:
    """Return the limit that bound the run; None if none explains how long it took."""
    running, whole = summary.usage.wall_seconds, summary.wall_seconds
    for limit in limits:
        part = whole if limit.kind is Kind.COLLECTION else running
        alone = limit.kind in (Kind.COLLECTION, Kind.SETUP)
        if alone and limit.seconds > _LARGEST_PART * part:
            return limit
    others = [one for one in limits if one.kind not in (Kind.COLLECTION, Kind.SETUP)]
    most = max((limit.seconds for limit in others), default=0.0)
    first = next((limit for limit in others if limit.seconds >= _ALIKE * most), None)
    return first if first is not None and first.seconds >= _EXPLAINS * running else None


def _limits(summary: RunSummary) -> Iterator[Limit]:
    usage, costs = summary.usage, [one.cost for one in summary.agents if one.cost is not None]
    if summary.planned is not None:
        yield Limit(kind=Kind.COLLECTION, seconds=summary.planned - summary.started)
    shared = {one.test: one.seconds for cost in costs for one in cost.setups}
    yield Limit(kind=Kind.SETUP, seconds=sum(shared.values()) / summary.agents_used)
    seconds = {
        test.node_id: test.seconds - shared.get(test.planned.test, 0.0) for test in summary.tests
    }
    longest = max(seconds, key=seconds.__getitem__)
    yield Limit(kind=Kind.TEST, seconds=seconds[longest], what=longest)
    yield from _group(summary)
    yield from _resource(summary)
    yield from _phase(summary)
    yield Limit(kind=Kind.CONTROLLER, seconds=summary.controller_seconds)
    if summary.cpus > 0:
        computed = sum(cost.cpu_seconds for cost in costs) + summary.controller_seconds
        yield Limit(kind=Kind.CPU, seconds=computed / summary.cpus)
    yield Limit(kind=Kind.AGENTS, seconds=usage.busy_seconds / summary.agents_used)


def _group(summary: RunSummary) -> Iterator[Limit]:
    """What one agent had to run: the longest of it."""
    tests = {test.planned.test: test for test in summary.tests}
    groups = [
        [tests[one] for one in group if one in tests]
        for shape in summary.shapes
        for group in shape.whole
    ]
    longest = max(groups, key=_busy, default=[])
    if longest:
        yield Limit(kind=Kind.GROUP, seconds=_busy(longest), what=longest[0].node_id)


def _resource(summary: RunSummary) -> Iterator[Limit]:
    """What tests had to have one after the other."""
    for name, seconds in scarcities(summary):
        yield Limit(kind=Kind.RESOURCE, seconds=seconds, what=name)


def _phase(summary: RunSummary) -> Iterator[Limit]:
    """The phases after each other, if one of them may not have all of the agents."""
    waves: defaultdict[int, list[tuple[float, PhaseShape]]] = defaultdict(list)
    busy = {phase.phase: phase.busy_seconds for phase in summary.phases}
    longest = {phase.phase: phase.longest_seconds for phase in summary.phases}
    for shape in summary.shapes:
        least = _least(shape, summary.agents_used, busy, longest)
        waves[shape.wave].append((least, shape))
    capped = [
        (least, shape)
        for wave in waves.values()
        for least, shape in wave
        if shape.most_agents < min(summary.agents_used, _tests(summary, shape.phase))
    ]
    if capped:
        _, shape = max(capped, key=lambda one: one[0])
        total = sum(max(least for least, _ in wave) for wave in waves.values())
        yield Limit(kind=Kind.PHASE, seconds=total, what=shape.phase, agents=shape.most_agents)


def _least(
    shape: PhaseShape, agents: int, busy: dict[PhaseName, float], longest: dict[PhaseName, float]
) -> float:
    share = busy.get(shape.phase, 0.0) / max(1, min(agents, shape.most_agents))
    return max(longest.get(shape.phase, 0.0), share)


def _tests(summary: RunSummary, phase: PhaseName) -> int:
    return next((one.tally.total for one in summary.phases if one.phase == phase), 0)


def _busy(tests: list[TestResult]) -> float:
    return sum(test.seconds for test in tests)
