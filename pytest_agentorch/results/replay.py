"""The replay: how long the same work would take on another number of agents. Pure.

A small simulation. Agents take jobs, the longest first, as the plan has it when durations are
known. What computes shares the CPUs; what waits does not. So that it costs next to nothing, short
tests are taken together, and the controller is a share of each of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from pytest_agentorch.model.frozen import Frozen
from pytest_agentorch.results.workload import PhaseWork, Piece, Workload

_PARTS = 40
"""An agent gets at least so many jobs, if tests are that short."""
_MOST_JOBS = 1000
"""But not more than that in all: the replay is to be over soon."""
_STEPS = 4
_KINDS = 20


class WhatIf(Frozen):
    """How long the run would have taken on so many agents."""

    agents: int
    seconds: float


def what_ifs(workload: Workload, numbers: Sequence[int]) -> tuple[WhatIf, ...]:
    """Replay a run for several numbers of agents."""
    phases = _lumps(workload, max(numbers))
    found = []
    for number in numbers:
        seconds = max(workload.least_seconds, _replay(workload, phases, number))
        found.append(WhatIf(agents=number, seconds=workload.fixed_seconds + seconds))
    return tuple(found)


class _Job(NamedTuple):
    """A piece of work as the simulation needs it.

    Attributes:
        seconds: how long it takes alone.
        cpu: how much of a CPU it needs meanwhile.
    """

    seconds: float
    cpu: float


_Wave = tuple[tuple[PhaseWork, tuple[_Job, ...]], ...]


def _lumps(workload: Workload, most: int) -> list[_Wave]:
    """The jobs of each wave, the longest first; short ones are taken together."""
    total = sum(job.seconds for phase in workload.phases for job in phase.jobs)
    least = total / min(most * _PARTS, _MOST_JOBS)
    waves = []
    for _, phases in groupby(workload.phases, key=lambda phase: phase.shape.wave):
        wave = tuple((phase, tuple(_lumps_of(phase.jobs, least))) for phase in phases)
        waves.append(wave)
    return waves


def _lumps_of(jobs: Iterable[Piece], least: float) -> list[_Job]:
    lumps = []
    seconds = cpu = 0.0
    for job in jobs:
        if job.seconds >= least:
            lumps.append(_job(job.seconds, job.cpu_seconds))
            continue
        seconds += job.seconds
        cpu += job.cpu_seconds
        if seconds >= least:
            lumps.append(_job(seconds, cpu))
            seconds = cpu = 0.0
    if seconds > 0:
        lumps.append(_job(seconds, cpu))
    return sorted(lumps, key=lambda job: -job.seconds)


def _job(seconds: float, cpu: float) -> _Job:
    # Rounded, so that few different ones have to be looked at together.
    return _Job(seconds, round(cpu / seconds * _KINDS) / _KINDS if seconds > 0 else 0.0)


def _steps(piece: Piece) -> Iterator[_Job]:
    """What all agents do at the same moment: first they compute, then they wait."""
    if piece.cpu_seconds > 0:
        yield _Job(piece.cpu_seconds, 1.0)
    if piece.seconds > piece.cpu_seconds:
        yield _Job(piece.seconds - piece.cpu_seconds, 0.0)


def _replay(workload: Workload, phases: Sequence[_Wave], number: int) -> float:
    speeds = _Speeds(workload.cpus, workload.controller_share)
    now, there = 0.0, 0
    for wave in phases:
        useful = sum(min(len(jobs), phase.shape.most_agents) for phase, jobs in wave)
        agents = max(1, min(number, useful))
        fresh = max(0, agents - there)
        first = workload.collector_is_agent and there == 0
        starts = [0 if first and slot == 0 else 1 for slot in range(fresh)]
        begins = [tuple(_steps(workload.start)) * one for one in starts]
        now += _Simulation(wave, [*begins, *[()] * (agents - fresh)], speeds).run()
        there = max(there, agents)
    return now + workload.end_seconds


class _Simulation:
    """One wave: agents that do what they begin with, and then take jobs."""

    def __init__(self, wave: _Wave, begins: Sequence[tuple[_Job, ...]], speeds: _Speeds) -> None:
        self._speeds = speeds
        self._left = [list(reversed(jobs)) for _, jobs in wave]
        self._caps = [phase.shape.most_agents for phase, _ in wave]
        self._setups = [tuple(_steps(phase.setup)) for phase, _ in wave]
        # Of each agent: what it does next, the first one last; the phase that it is in.
        self._to_do = [list(reversed(steps)) for steps in begins]
        self._phase: list[int | None] = [None] * len(begins)
        self._known: list[set[int]] = [set() for _ in begins]

    def run(self) -> float:
        now = 0.0
        running: dict[int, tuple[float, float]] = {}
        idle = list(range(len(self._to_do)))
        while True:
            for agent in idle:
                job = self._next(agent)
                if job is not None:
                    running[agent] = (job.seconds, job.cpu)
            if not running:
                return now
            speed = self._speeds.of(tuple(sorted(cpu for _, cpu in running.values())))
            step = min(left / speed[cpu] for left, cpu in running.values())
            now += step
            idle = []
            for agent, (left, cpu) in running.items():
                rest = left - step * speed[cpu]
                if rest <= 1e-9:
                    idle.append(agent)
                running[agent] = (rest, cpu)
            for agent in idle:
                del running[agent]

    def _next(self, agent: int) -> _Job | None:
        to_do = self._to_do[agent]
        if to_do:
            return to_do.pop()
        self._phase[agent] = None
        for phase, left in enumerate(self._left):
            if not left or self._phase.count(phase) >= self._caps[phase]:
                continue
            self._phase[agent] = phase
            to_do.append(left.pop())
            if phase not in self._known[agent]:
                self._known[agent].add(phase)
                to_do += reversed(self._setups[phase])
            return to_do.pop()
        return None


class _Speeds:
    """How fast jobs get on that run beside each other, by how much of a CPU each needs."""

    def __init__(self, cpus: float, controller: float) -> None:
        self._cpus = cpus
        self._controller = controller
        self._known: dict[tuple[float, ...], dict[float, float]] = {}

    def of(self, jobs: tuple[float, ...]) -> dict[float, float]:
        """Return the speed of each kind of job; 1.0 is that of one that is alone."""
        if jobs not in self._known:
            self._known[jobs] = self._speeds(jobs)
        return self._known[jobs]

    def _speeds(self, jobs: tuple[float, ...]) -> dict[float, float]:
        needs = [(cpu, cpu + self._controller) for cpu in jobs]
        stretch = 1.0
        for _ in range(_STEPS):
            # Newton's method for the reciprocal, which is nearly a straight line.
            used = sum(need / _lasts(cpu, stretch) for cpu, need in needs)
            if used <= self._cpus:
                break
            slope = sum(need * min(cpu, 1.0) / _lasts(cpu, stretch) ** 2 for cpu, need in needs)
            if slope <= 0:
                break
            stretch += (used - self._cpus) * used / (self._cpus * slope)
        speeds = {cpu: 1.0 / _lasts(cpu, stretch) for cpu in jobs}
        # The controller computes in one thread.
        told = self._controller * sum(speeds[cpu] for cpu in jobs)
        return speeds if told <= 1 else {cpu: speed / told for cpu, speed in speeds.items()}


def _lasts(cpu: float, stretch: float) -> float:
    """How much longer a job takes if what it computes takes so much longer."""
    return max(0.0, 1.0 - cpu) + min(cpu, 1.0) * stretch
