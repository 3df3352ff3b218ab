"""The replay: how long the same work would take on another number of agents. Pure.

The longest jobs first, as the plan has it when durations are known. What computes shares the CPUs;
what waits does not; what needs something has it. So that it costs next to nothing, short tests are
taken together, and the controller is a share of each of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import NamedTuple

from pytest_agentorch.model.frozen import Frozen
from pytest_agentorch.results.simulation import PhaseJobs, Simulation, Speeds, Step, Steps, room
from pytest_agentorch.results.want import Requests, Want
from pytest_agentorch.results.workload import Job, PhaseWork, Piece, Workload

_PARTS = 40
"""An agent gets at least so many jobs, if tests are that short."""
_MOST_JOBS = 1000
"""But not more than that in all: the replay is to be over soon."""
_MOST_KINDS = 40
"""Of needs that are in each other's way: otherwise it is not."""
_KINDS = 20


class WhatIf(Frozen):
    """How long the run would have taken on so many agents."""

    agents: int
    seconds: float


def what_ifs(workload: Workload, numbers: Sequence[int]) -> tuple[WhatIf, ...]:
    """Replay a run for several numbers of agents; not at all if its tests need too many things."""
    wants = dict(workload.wants)
    most = Requests(workload.supply, wants, max(numbers))
    kinds: defaultdict[Want, int] = defaultdict(int)
    left: dict[Want, Want] = {}
    same: dict[Want, Want] = {}
    for want, number in wants.items():
        kind = most.left_of(want)
        kind = left[want] = same.setdefault(kind, kind)
        kinds[kind] += number
    if len(kinds) > _MOST_KINDS:
        return ()
    waves = _lumps(workload, left, max(numbers))
    replayed = (
        _replay(workload, waves, Requests(most.supply, kinds, number), number) for number in numbers
    )
    return tuple(
        WhatIf(agents=number, seconds=workload.fixed_seconds + seconds)
        for number, seconds in zip(numbers, replayed, strict=True)
    )


class _Lump(NamedTuple):
    """Work of the same kind.

    Attributes:
        cpu: how much of a CPU it needs. Rounded, so that few different ones have to be looked at
            together.
    """

    seconds: float
    cpu: float
    want: Want


_Lumps = tuple[_Lump, ...]


class _PhaseLumps(NamedTuple):
    """The jobs of a phase, the longest first; short ones are taken together."""

    work: PhaseWork
    jobs: Sequence[_Lumps]


def _lumps(workload: Workload, left: dict[Want, Want], most: int) -> list[list[_PhaseLumps]]:
    """The jobs of each wave."""
    total = sum(piece.seconds for phase in workload.phases for job in phase.jobs for piece in job)
    least = total / min(most * _PARTS, _MOST_JOBS)
    return [
        [_PhaseLumps(phase, _lumps_of(phase.jobs, left, least)) for phase in phases]
        for _, phases in groupby(workload.phases, key=lambda phase: phase.shape.wave)
    ]


def _lumps_of(jobs: Iterable[Job], left: dict[Want, Want], least: float) -> list[_Lumps]:
    lumps: list[_Lumps] = []
    small: dict[int, tuple[float, float, Want]] = {}
    # By what they are, as objects: to compare needs would take longer than all the rest.
    kinds = {id(piece.want): piece.want for job in jobs for piece in job}
    kinds = {key: left.get(want, want) for key, want in kinds.items()}
    for job in jobs:
        if len(job) > 1:
            lumps.append(tuple(_lump(*piece[:2], kinds[id(piece.want)]) for piece in job))
            continue
        seconds, cpu, want = job[0]
        kind = kinds[id(want)]
        if seconds < least:
            before = small.pop(id(kind), (0.0, 0.0, kind))
            seconds, cpu = before[0] + seconds, before[1] + cpu
        if seconds < least:
            small[id(kind)] = seconds, cpu, kind
        else:
            lumps.append((_lump(seconds, cpu, kind),))
    lumps += [(_lump(*rest),) for rest in small.values() if rest[0] > 0]
    return sorted(lumps, key=lambda lump: -sum(one.seconds for one in lump))


def _lump(seconds: float, cpu: float, want: Want) -> _Lump:
    return _Lump(seconds, round(cpu / seconds * _KINDS) / _KINDS if seconds > 0 else 0.0, want)


def _steps(piece: Piece) -> Iterable[Step]:
    """What all agents do at the same moment: first they compute, then they wait."""
    if piece.cpu_seconds > 0:
        yield Step(piece.cpu_seconds, 1.0)
    if piece.seconds > piece.cpu_seconds:
        yield Step(piece.seconds - piece.cpu_seconds, 0.0)


def _replay(
    workload: Workload, waves: Sequence[Sequence[_PhaseLumps]], requests: Requests, number: int
) -> float:
    speeds = Speeds(workload.cpus, workload.controller_share)
    now, there = 0.0, 0
    for wave in waves:
        phases = [_phase(one, requests) for one in wave]
        agents = max(1, room(phases, requests.ledger, number))
        fresh = max(0, agents - there)
        first = workload.collector_is_agent and there == 0
        starts = [0 if first and slot == 0 else 1 for slot in range(fresh)]
        begins: list[Steps] = [tuple(_steps(workload.start)) * one for one in starts]
        begins += [()] * (agents - fresh)
        now += Simulation(phases, begins, speeds, requests.ledger.copy()).run()
        there = max(there, agents)
    return now + workload.end_seconds


def _phase(lumps: _PhaseLumps, requests: Requests) -> PhaseJobs:
    asked = {id(one.want): one.want for job in lumps.jobs for one in job}
    known = {key: requests.of(want) for key, want in asked.items()}
    jobs = [
        tuple(Step(one.seconds, one.cpu, known[id(one.want)]) for one in job) for job in lumps.jobs
    ]
    return PhaseJobs(lumps.work.shape.most_agents, tuple(_steps(lumps.work.setup)), jobs)
