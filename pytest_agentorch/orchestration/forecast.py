"""The forecast: how long each test will probably take, and which may fail again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from pytest_agentorch.model.frozen import Frozen
from pytest_agentorch.model.history import History
from pytest_agentorch.model.ids import TestId
from pytest_agentorch.model.test import TestDescriptor


class Forecast(Frozen):
    """What is to be expected of the tests of a plan.

    Attributes:
        seconds: by `TestId`; empty if nothing is known of any of them.
        guessed: those that never ran: others were taken for a measure.
        failed: those that failed when they ran last.
    """

    seconds: tuple[float, ...] = ()
    guessed: frozenset[TestId] = frozenset()
    failed: frozenset[TestId] = frozenset()

    def of(self, test: TestId | None) -> float:
        """How long a test takes; 0.0 if nothing is known, or for no test."""
        return 0.0 if test is None or not self.seconds else self.seconds[test]

    def total(self, tests: Iterable[TestId]) -> float:
        """How long some tests take one after the other; 0.0 if nothing is known."""
        return sum(map(self.seconds.__getitem__, tests)) if self.seconds else 0.0

    def covers(self, tests: Collection[TestId]) -> bool:
        """Whether at least half of some tests have run before."""
        return bool(self.seconds) and 2 * len(self.guessed.intersection(tests)) <= len(tests)


def foresee(rows: Sequence[TestDescriptor], history: History) -> Forecast:
    """Expect of each test what it did; of one that never ran, what its file or all others do."""
    keys = [row.key for row in rows]
    found = [history.seconds.get(key) for key in keys]
    known = [seconds for seconds in found if seconds is not None]
    if not known:
        return Forecast()
    guessed = [TestId(test) for test, seconds in enumerate(found) if seconds is None]
    guesses = _guesses(rows, found) if guessed else {}
    usual = _median(known) if guessed else 0.0
    return Forecast(
        seconds=tuple(
            guesses.get(row.path, usual) if seconds is None else seconds
            for row, seconds in zip(rows, found, strict=True)
        ),
        guessed=frozenset(guessed),
        failed=frozenset(TestId(n) for n, key in enumerate(keys) if key in history.failed),
    )


def _guesses(rows: Sequence[TestDescriptor], found: Sequence[float | None]) -> dict[str, float]:
    """The median of the known tests of each file."""
    by_file: defaultdict[str, list[float]] = defaultdict(list)
    for row, seconds in zip(rows, found, strict=True):
        if seconds is not None:
            by_file[row.path].append(seconds)
    return {path: _median(some) for path, some in by_file.items()}


def _median(some: Sequence[float]) -> float:
    return sorted(some)[len(some) // 2]
