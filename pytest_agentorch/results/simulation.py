"""The simulation: agents that take jobs, of which each has what it needs, or waits. Pure.

It has the ledger of a run. As there, what is more demanding comes first, then the phase that is
first, then what is longer. That something is kept free for what waits for long is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from pytest_agentorch.orchestration.ledger import NOTHING, Lease, Ledger, Request

_STEPS = 4


class Step(NamedTuple):
    """A piece of work as the simulation needs it.

    Attributes:
        seconds: how long it takes alone.
        cpu: how much of a CPU it needs meanwhile.
        request: what it must have.
    """

    seconds: float
    cpu: float
    request: Request = NOTHING


Steps = tuple[Step, ...]
"""What one agent does; between steps that ask for different things it may have to wait."""


class PhaseJobs(NamedTuple):
    """The work of a phase.

    Attributes:
        most_agents: it never has more.
        setup: what each agent does before its first job.
        jobs: the longest first.
    """

    most_agents: int
    setup: Steps
    jobs: Sequence[Steps]


class _Lane(NamedTuple):
    """Jobs of a phase that begin with the same request, the next one last."""

    phase: int
    request: Request
    jobs: list[Steps]


class Simulation:
    """Phases beside each other.

    Args:
        phases: what is to be done.
        begins: what each agent does at first.
        speeds: how fast that goes.
        ledger: in which nothing is taken.
    """

    def __init__(
        self,
        phases: Sequence[PhaseJobs],
        begins: Sequence[Steps],
        speeds: Speeds,
        ledger: Ledger,
    ) -> None:
        self._speeds = speeds
        self._ledger = ledger
        self._lanes = _lanes(phases)
        self._caps = [phase.most_agents for phase in phases]
        self._setups = [phase.setup for phase in phases]
        # Of each agent: what it does next, the first one last; the phase that it is in.
        self._to_do = [list(reversed(steps)) for steps in begins]
        self._phase: list[int | None] = [None] * len(begins)
        self._known: list[set[int]] = [set() for _ in begins]
        self._held: dict[int, Lease] = {}

    def run(self) -> float:
        """Return how long it takes until nothing is left to do."""
        now = 0.0
        running: dict[int, tuple[float, float]] = {}
        idle = list(range(len(self._to_do)))
        while True:
            waiting = self._begin(idle, running)
            if not running:
                return now
            speed = self._speeds.of(tuple(sorted(cpu for _, cpu in running.values())))
            step = min(left / speed[cpu] for left, cpu in running.values())
            now += step
            idle = waiting
            for agent, (left, cpu) in [*running.items()]:
                rest = left - step * speed[cpu]
                running[agent] = (rest, cpu)
                if rest <= 1e-9:
                    del running[agent]
                    self._end(agent)
                    idle.append(agent)

    def _begin(self, idle: Iterable[int], running: dict[int, tuple[float, float]]) -> list[int]:
        """Let agents go on that can; return the others."""
        waiting = []
        is_exhausted = False
        for agent in idle:
            step = None
            if self._to_do[agent] or not is_exhausted:
                step = self._next(agent)
            if step is None:
                # What one does not get no other gets that comes after it.
                is_exhausted = is_exhausted or not self._to_do[agent]
                waiting.append(agent)
            else:
                running[agent] = (step.seconds, step.cpu)
        return waiting

    def _next(self, agent: int) -> Step | None:
        to_do = self._to_do[agent]
        if not to_do and not self._take(agent):
            return None
        return to_do.pop() if self._has(agent, to_do[-1].request) else None

    def _has(self, agent: int, request: Request) -> bool:
        """Let an agent hold what it asks for, unless it does already; say whether it can."""
        if request is NOTHING or agent in self._held:
            return True
        lease = self._ledger.allocate(request)
        if not isinstance(lease, Lease):
            return False
        self._held[agent] = lease
        return True

    def _end(self, agent: int) -> None:
        """A step is over: what it had is free, unless the next one needs the same."""
        to_do, lease = self._to_do[agent], self._held.get(agent)
        if lease is not None and not (to_do and to_do[-1].request is lease.request):
            self._ledger.release(self._held.pop(agent))
        if not to_do:
            self._phase[agent] = None

    def _take(self, agent: int) -> bool:
        """Give an agent the first job that it may have; say whether there is one."""
        for lane in self._lanes:
            phase = lane.phase
            if not lane.jobs or self._phase.count(phase) >= self._caps[phase]:
                continue
            if self._has(agent, lane.request):
                steps = lane.jobs.pop()
                if phase not in self._known[agent]:
                    self._known[agent].add(phase)
                    setup = self._setups[phase]
                    steps = (*(one._replace(request=lane.request) for one in setup), *steps)
                self._phase[agent] = phase
                self._to_do[agent] += reversed(steps)
                return True
        return False


def room(phases: Iterable[PhaseJobs], ledger: Ledger, most: int) -> int:
    """How many agents, `most` at most, have something to do at once that needs little."""
    requests: list[Request] = []
    for phase in phases:
        some = [job[0].request for job in phase.jobs]
        requests += sorted(some, key=lambda one: one.rank)[: phase.most_agents]
    trial, granted = ledger.copy(), 0
    for request in sorted(requests, key=lambda one: one.rank):
        if granted >= most:
            break
        granted += isinstance(trial.allocate(request), Lease)
    return granted


def _lanes(phases: Sequence[PhaseJobs]) -> list[_Lane]:
    found: dict[tuple[int, int], _Lane] = {}
    for number, phase in enumerate(phases):
        for job in reversed(phase.jobs):
            request = job[0].request
            lane = found.get((number, id(request)))
            if lane is None:
                lane = found[number, id(request)] = _Lane(number, request, [])
            lane.jobs.append(job)
    lanes = sorted(found.values(), key=lambda lane: lane.request.rank, reverse=True)
    return sorted(lanes, key=lambda lane: (not lane.request.rank.special, lane.phase))


class Speeds:
    """How fast steps get on that run beside each other, by how much of a CPU each needs.

    Args:
        cpus: how many there are.
        controller: what it computes for each second of a step.
    """

    def __init__(self, cpus: float, controller: float) -> None:
        self._cpus = cpus
        self._controller = controller
        self._known: dict[tuple[float, ...], dict[float, float]] = {}

    def of(self, steps: tuple[float, ...]) -> dict[float, float]:
        """Return the speed of each kind of step; 1.0 is that of one that is alone."""
        if steps not in self._known:
            self._known[steps] = self._speeds(steps)
        return self._known[steps]

    def _speeds(self, steps: tuple[float, ...]) -> dict[float, float]:
        needs = [(cpu, cpu + self._controller) for cpu in steps]
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
        speeds = {cpu: 1.0 / _lasts(cpu, stretch) for cpu in steps}
        # The controller computes in one thread.
        told = self._controller * sum(speeds[cpu] for cpu in steps)
        return speeds if told <= 1 else {cpu: speed / told for cpu, speed in speeds.items()}


def _lasts(cpu: float, stretch: float) -> float:
    """How much longer a step takes if what it computes takes so much longer."""
    return max(0.0, 1.0 - cpu) + min(cpu, 1.0) * stretch
