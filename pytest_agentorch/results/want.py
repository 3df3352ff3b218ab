"""What each test of a run asks for, whatever the number of agents. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from pytest_agentorch.model.ids import PhaseName, TestId
from pytest_agentorch.model.needs import NO_NEEDS, Needs
from pytest_agentorch.model.supply import Supply
from pytest_agentorch.orchestration.contention import contended
from pytest_agentorch.orchestration.leases import request_for
from pytest_agentorch.orchestration.ledger import NOTHING, Ledger, Request
from pytest_agentorch.orchestration.memory_guess import MemoryGuess
from pytest_agentorch.orchestration.plan_needs import by_memory
from pytest_agentorch.orchestration.unit import Unit
from pytest_agentorch.results.result import TestResult
from pytest_agentorch.results.run_summary import RunSummary


class Want(NamedTuple):
    """What a test asks for.

    Attributes:
        memory: what it takes, in bytes; 0 if nobody knows.
        guess: what others of its file have taken, or others at all.
        usual: what a test of its phase counts with otherwise.
    """

    needs: Needs = NO_NEEDS
    memory: int = 0
    guess: int = 0
    usual: int = 0


NO_WANT = Want()


def wants_of(summary: RunSummary) -> dict[TestId, Want]:
    """Return what tests ask for now that their run is over; nothing for those that ask for nothing.

    Memory is what the next run will count with.
    """
    if not summary.supply.memory:
        return {
            test: want
            for one in summary.demands
            for want in (Want(one.needs),)
            for test in one.tests
        }
    needs = {test: one.needs for one in summary.demands for test in one.tests}
    usual = {shape.phase: shape.memory for shape in summary.shapes}
    memory = _memory(summary, usual) if summary.supply.asked else {}
    guess = MemoryGuess()
    for one in summary.tests:
        if one.memory:
            guess.learn(one.planned, one.memory)
    same: dict[tuple[int, ...], Want] = {}
    found = {}
    nothing = Unit(tests=())
    for one in summary.tests:
        own = needs.get(one.planned.test, NO_NEEDS)
        known = memory.get(one.planned.test, 0)
        numbers = known, guess.of(one.planned, nothing, 0), usual.get(one.phase, 0)
        key = id(own), *numbers
        found[one.planned.test] = same.get(key) or same.setdefault(key, Want(own, *numbers))
    return found


def numbers_of(wants: Iterable[Want]) -> dict[Want, int]:
    """Count wants, most of which are the same objects: to compare needs takes long."""
    some = list(wants)
    distinct = {id(want): want for want in some}
    numbers: Counter[Want] = Counter()
    for key, number in Counter(map(id, some)).items():
        numbers[distinct[key]] += number
    return numbers


def _memory(summary: RunSummary, usual: Mapping[PhaseName, int]) -> dict[TestId, int]:
    """What tests are known to take: by the plan, else by what this run has seen."""
    known = {test: one.memory for one in summary.demands for test in one.tests if one.memory}
    files: defaultdict[tuple[PhaseName, str], list[TestResult]] = defaultdict(list)
    for one in summary.tests:
        if one.planned.test not in known:
            files[one.phase, one.planned.path].append(one)
    for (phase, _), tests in files.items():
        seen = [one.memory for one in tests]
        everything = Unit(tests=tuple(map(TestId, range(len(tests)))))
        for unit in by_memory(everything, seen, usual.get(phase, 0) or 1):
            known |= {tests[position].planned.test: unit.memory for position in unit.tests}
    return known


class Requests:
    """What is asked for on some number of agents.

    Attributes:
        supply: what there is of what somebody may have to wait for.
        ledger: in which nothing is taken; to be copied.
    """

    def __init__(self, supply: Supply, wants: Mapping[Want, int], agents: int) -> None:
        numbers: Counter[Needs] = Counter()
        for want, number in wants.items():
            numbers[want.needs] += number
        self._agents = max(1, min(agents, sum(numbers.values())))
        self._left, self.supply = contended(numbers, supply, agents)
        special = any(one != NO_NEEDS for one in self._left.values())
        self._waits = special or self.supply.memory > 0
        self._known: dict[Want, Request] = {}
        self.ledger = Ledger(self.supply)

    def left_of(self, want: Want) -> Want:
        """What of it a test may have to wait for."""
        needs = self._left[want.needs]
        if not self._waits:
            return NO_WANT
        return want._replace(needs=needs) if self.supply.memory else Want(needs=needs)

    def of(self, want: Want) -> Request:
        """What a test asks for; the same is the same object."""
        if not self._waits:
            return NOTHING
        found = self._known.get(want)
        if found is None:
            needs = self._left[want.needs]
            share = self.supply.share(self._agents)
            memory = want.memory or max(self._usual(want), want.guess)
            memory = memory if needs.memory is None else needs.memory
            found = self._known[want] = request_for(self.ledger, share, needs, memory)
        return found

    def _usual(self, want: Want) -> int:
        if self.supply.asked:
            return want.usual
        return min(want.usual, self.supply.memory // self._agents)
