"""What a run has shown of its work, apart from the number of its agents. Pure.

Where there were more processes than CPUs a test took longer than it had to. The kernel knows how
long an agent might have computed and had no CPU; that is taken off here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

from pytest_agentorch.model.agent_event import AgentCost
from pytest_agentorch.model.frozen import Frozen
from pytest_agentorch.model.ids import AgentId, TestId
from pytest_agentorch.model.phase_shape import PhaseShape
from pytest_agentorch.model.settings import Start
from pytest_agentorch.model.supply import Supply
from pytest_agentorch.results.result import TestResult
from pytest_agentorch.results.run_summary import RunSummary
from pytest_agentorch.results.usage import AgentState
from pytest_agentorch.results.want import NO_WANT, Want, numbers_of, wants_of

_INTERPRETER_SECONDS = 0.5
"""What it takes to start an agent that is no fork, if no other has shown it."""
_BUSY = 0.9
"""CPUs that compute for more than this share of the time have nobody waiting for anything else."""
_NEARLY_ALL = 0.95
_STEPS = 4
_MOST_SECONDS = 1e9


class Piece(NamedTuple):
    """Work of one process: it computes for `cpu_seconds`, and waits for the rest of `seconds`.

    Attributes:
        want: what it must have meanwhile.
    """

    seconds: float
    cpu_seconds: float
    want: Want = NO_WANT


Job = tuple[Piece, ...]
"""What one agent does in one go; between two pieces it may have to wait."""


class PhaseWork(Frozen):
    """The work of a phase.

    Attributes:
        jobs: in no order.
        setup: what each process that takes part in it sets up once.
    """

    shape: PhaseShape
    jobs: tuple[Job, ...]
    setup: Piece


class Workload(Frozen):
    """The work of a run.

    Attributes:
        phases: in the order in which they may begin.
        collector_is_agent: the process that has collected is the first agent: it has no start.
        start: what each other agent needs before its first test.
        end_seconds: how long its session takes to end.
        controller_share: what the controller computes for each second of work of the agents.
        fixed_seconds: what the run takes besides: above all, to collect.
        supply: what there is of what tests want.
        wants: how many tests want just that.
    """

    cpus: float
    phases: tuple[PhaseWork, ...]
    collector_is_agent: bool
    start: Piece
    end_seconds: float
    controller_share: float
    fixed_seconds: float
    supply: Supply = Supply()
    wants: tuple[tuple[Want, int], ...] = ()


def workload_of(summary: RunSummary) -> Workload | None:
    """Return the work of a run that is over; None if it says too little.

    Some tests have not run, or not just once; some agents were lost, or have told nothing.
    """
    tests = [test for test in summary.tests if test.agent is not None and test.started is not None]
    whole = len(tests) == len(summary.tests) and not any(test.vain for test in tests)
    costs = {one.agent: one.cost for one in summary.agents if one.cost is not None}
    if not (tests and whole and summary.shapes and summary.cpus > 0 and summary.planned):
        return None
    if any(one.state is AgentState.FAILED for one in summary.agents):
        return None
    if not {test.agent for test in tests} <= costs.keys():
        return None
    return _Measured(summary, tests, costs).workload()


class _Measured:
    """What was measured, put together."""

    def __init__(
        self,
        summary: RunSummary,
        tests: Sequence[TestResult],
        costs: Mapping[AgentId, AgentCost],
    ) -> None:
        self._summary = summary
        self._tests = tests
        self._costs = costs
        self._planned = summary.planned or summary.started
        self._wants = wants_of(summary)
        self._setups = {one.test: one for cost in costs.values() for one in cost.setups}

    def workload(self) -> Workload:
        """All of it."""
        by_agent: defaultdict[AgentId, list[TestResult]] = defaultdict(list)
        for test in self._tests:
            by_agent[test.agent or AgentId("")].append(test)
        pieces: dict[TestId, Piece] = {}
        setups: dict[TestId, Piece] = {}
        for agent, tests in by_agent.items():
            self._add(self._costs[agent], tests, pieces, setups)
        works = tuple(self._phase(shape, pieces, setups) for shape in self._summary.shapes)
        busy = sum(piece.seconds for work in works for job in work.jobs for piece in job)
        last = {agent: max(map(_end, tests)) for agent, tests in by_agent.items()}
        ended = {one.agent: one.ended for one in self._summary.agents if one.ended is not None}
        running = max(0.0, max(ended.values(), default=0.0) - self._planned)
        return Workload(
            cpus=self._summary.cpus,
            phases=tuple(sorted(works, key=lambda work: work.shape.wave)),
            collector_is_agent=self._summary.start is Start.SPAWN,
            start=self._start(),
            end_seconds=max(
                0.0, min((ended[a] - last[a] for a in last if a in ended), default=0.0)
            ),
            controller_share=self._summary.controller_seconds / busy if busy > 0 else 0.0,
            fixed_seconds=max(0.0, self._summary.wall_seconds - running),
            supply=self._summary.supply,
            wants=tuple(numbers_of(map(self._want, pieces)).items()),
        )

    def _want(self, test: TestId) -> Want:
        return self._wants.get(test, NO_WANT)

    def _wanting(self, test: TestId, piece: Piece) -> Piece:
        return piece._replace(want=self._wants[test]) if test in self._wants else piece

    def _add(
        self,
        cost: AgentCost,
        tests: Sequence[TestResult],
        pieces: dict[TestId, Piece],
        setups: dict[TestId, Piece],
    ) -> None:
        """Add the tests of an agent as they would have been with a CPU of its own."""
        found = [(test.planned.test, test.seconds, _sane(test.cpu_seconds)) for test in tests]
        between = max(0.0, cost.cpu_seconds - sum(cpu for _, _, cpu in found)) / len(found)
        delay = self._delay(cost, found)
        for test, seconds, cpu in found:
            whole = Piece(max(cpu, seconds - cpu * delay), cpu)
            if test in self._setups:
                setup = self._setups[test]
                first = min(cpu, setup.cpu_seconds)
                setups[test] = Piece(
                    min(whole.seconds, max(first, setup.seconds - first * delay)), first
                )
                whole = _minus(whole, setups[test])
            pieces[test] = Piece(whole.seconds + between, whole.cpu_seconds + between)

    def _delay(self, cost: AgentCost, tests: Sequence[tuple[TestId, float, float]]) -> float:
        """How long an agent has waited for a CPU for each second that it had one.

        That is found such that no test has waited for longer than it did, and all together so long
        as the kernel says.
        """
        computed = sum(cpu for _, _, cpu in tests)
        waited = sum(max(0.0, seconds - cpu) for _, seconds, cpu in tests)
        total = min(waited, cost.delay_seconds if self._is_told else self._guessed(waited))
        if computed <= 0.0 or total <= 0.0:
            return 0.0
        if total >= _NEARLY_ALL * waited:
            # Nothing else was waited for.
            return waited / min((cpu for _, _, cpu in tests if cpu > 0.0), default=computed)
        delay = total / computed
        for _ in range(_STEPS):
            taken = sum(min(cpu * delay, max(0.0, seconds - cpu)) for _, seconds, cpu in tests)
            delay *= total / taken if taken > 0.0 else 1.0
        return delay

    @property
    def _is_told(self) -> bool:
        return any(one.delay_seconds > 0.0 for one in self._costs.values())

    def _guessed(self, waited: float) -> float:
        """The same where the kernel does not tell: if all CPUs were busy, nothing else waited."""
        usage, summary = self._summary.usage, self._summary
        computed = sum(cost.cpu_seconds for cost in self._costs.values())
        computed += summary.controller_seconds
        return waited if computed > _BUSY * usage.wall_seconds * summary.cpus else 0.0

    def _phase(
        self, shape: PhaseShape, pieces: dict[TestId, Piece], setups: dict[TestId, Piece]
    ) -> PhaseWork:
        tests = [one for one in self._tests if one.phase == shape.phase]
        own = {one.planned.test: pieces[one.planned.test] for one in tests}
        # Plugins may have advanced a group: it is one of another phase.
        groups = (group for one in self._summary.shapes for group in one.whole)
        here = ([test for test in group if test in own] for group in groups)
        jobs = [self._group(group, own) for group in here if group]
        made = _sum(
            [setups[test] for test in (one.planned.test for one in tests) if test in setups]
        )
        agents = len({one.agent for one in tests}) or 1
        return PhaseWork(
            shape=shape,
            jobs=(*jobs, *((self._wanting(test, one),) for test, one in own.items())),
            setup=Piece(made.seconds / agents, made.cpu_seconds / agents),
        )

    def _group(self, tests: Sequence[TestId], pieces: dict[TestId, Piece]) -> Job:
        """Take out tests that one agent runs; neighbours that want the same are one piece."""
        return tuple(
            _sum([pieces.pop(test) for test in some])._replace(want=want)
            for want, some in groupby(tests, self._want)
        )

    def _start(self) -> Piece:
        later = [
            one
            for one in self._summary.agents
            if one.agent in self._costs and (one.ready or 0.0) > self._planned
        ]
        if not later:
            seconds = _INTERPRETER_SECONDS if self._summary.start is Start.SPAWN else 0.0
            return Piece(seconds, seconds)
        cpu = min(self._costs[one.agent].start_cpu_seconds for one in later)
        seconds = min((one.ready or 0.0) - self._planned for one in later)
        return Piece(max(cpu, seconds), cpu)


def _end(test: TestResult) -> float:
    return (test.started or 0.0) + test.seconds


def _sane(seconds: float) -> float:
    """What an agent says, as far as it can be."""
    return seconds if 0.0 <= seconds < _MOST_SECONDS else 0.0


def _sum(pieces: Sequence[Piece]) -> Piece:
    return Piece(sum(one.seconds for one in pieces), sum(one.cpu_seconds for one in pieces))


def _minus(whole: Piece, part: Piece) -> Piece:
    cpu = whole.cpu_seconds - part.cpu_seconds
    return Piece(max(cpu, whole.seconds - part.seconds), cpu)
