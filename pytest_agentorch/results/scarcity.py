"""What the tests of a run needed of which there was not enough for all of them at once. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from pytest_agentorch.model.ids import TestId
from pytest_agentorch.model.needs import Needs
from pytest_agentorch.orchestration.ledger import CPUS, MEMORY
from pytest_agentorch.results.run_summary import RunSummary
from pytest_agentorch.results.want import NO_WANT, Requests, Want, numbers_of, wants_of

_NOTABLY = 0.9
"""That all agents were busy is another matter: then nobody has waited for anything else."""


class Scarce(NamedTuple):
    """What its tests together would have had for so long if one had had all of it."""

    name: str
    seconds: float


def scarcities(summary: RunSummary) -> Iterator[Scarce]:
    """Say of everything scarce how long tests had it.

    That readers keep a writer waiting does not count.
    """
    seconds = {test.planned.test: test.seconds for test in summary.tests}
    there = {count.name: count.number for count in summary.supply.counts}
    found: defaultdict[str, float] = defaultdict(float)
    for one in summary.demands:
        had = sum(seconds.get(test, 0.0) for test in one.tests)
        for name, part in _parts(one.needs, there):
            found[name] += had * part
    yield from (Scarce(name, had) for name, had in found.items())
    yield from _asked_for(summary, seconds)


def _asked_for(summary: RunSummary, seconds: Mapping[TestId, float]) -> Iterator[Scarce]:
    """CPUs and memory, where what tests ask for is more than what agents could do."""
    wants = wants_of(summary)
    names = {CPUS: "the CPUs asked for"} if any(one.needs.cpus for one in wants.values()) else {}
    if summary.supply.memory:
        names[MEMORY] = "the memory asked for"
    if not names:
        return
    had: defaultdict[Want, float] = defaultdict(float)
    for test, took in seconds.items():
        had[wants.get(test, NO_WANT)] += took
    numbers = numbers_of(wants.get(test, NO_WANT) for test in seconds)
    requests = Requests(summary.supply, numbers, summary.agents_allowed)
    for name, words in names.items():
        total = requests.ledger.total.get(name, 0)
        parts = [(dict(requests.of(want).takes).get(name, 0), took) for want, took in had.items()]
        least = _least_seconds(parts, total)
        if _NOTABLY * least > sum(had.values()) / summary.agents_allowed:
            yield Scarce(words, least)


def _least_seconds(parts: Sequence[tuple[int, float]], there: int) -> float:
    """How long it takes at least to have parts of something, each for so many seconds.

    Of what is that large, or larger, only so many parts fit beside each other.
    """
    least, large = sum(part * took for part, took in parts) / max(1, there), 0.0
    for part, took in sorted(parts, reverse=True):
        large += took
        least = max(least, large / (there // part)) if 0 < part <= there else least
    return least


def _parts(needs: Needs, there: Mapping[str, int]) -> Iterator[tuple[str, float]]:
    for count in needs.counts:
        if there.get(count.name):
            yield count.name, min(1.0, count.number / there[count.name])
    for lock in needs.writes:
        yield f"the lock {lock}", 1.0
    if needs.exclusive:
        yield "exclusive tests", 1.0
    if needs.serial:
        yield "serial tests", 1.0
