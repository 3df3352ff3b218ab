"""Counts of outcomes. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from pytest_agentorch.model.frozen import Frozen
from pytest_agentorch.model.outcome import Outcome


class Tally(Frozen):
    """How many tests ended how. The names are those of `Outcome`; `not_run` have no verdict."""

    passed: int = 0
    failed: int = 0
    error: int = 0
    skipped: int = 0
    xfailed: int = 0
    xpassed: int = 0
    not_run: int = 0

    @classmethod
    def of(cls, outcomes: Iterable[Outcome | None]) -> Tally:
        """Count outcomes, or take over their counts; None is a test without a verdict."""
        counts = Counter(outcomes)
        return cls(
            passed=counts[Outcome.PASSED],
            failed=counts[Outcome.FAILED],
            error=counts[Outcome.ERROR],
            skipped=counts[Outcome.SKIPPED],
            xfailed=counts[Outcome.XFAILED],
            xpassed=counts[Outcome.XPASSED],
            not_run=counts[None],
        )

    @property
    def total(self) -> int:
        """All tests, with and without a verdict."""
        return self.ran + self.not_run

    @property
    def ran(self) -> int:
        """Tests with a verdict."""
        return self.good + self.bad + self.skipped

    @property
    def good(self) -> int:
        """Tests that did what was expected of them (an expected failure did)."""
        return self.passed + self.xfailed + self.xpassed

    @property
    def bad(self) -> int:
        """Tests that make the run fail."""
        return self.failed + self.error

    @property
    def success_rate(self) -> float:
        """Percentage of good tests among those that ran and were not skipped, two decimals.

        Rounded down: 100.0 means that not one failed. 100.0 also when nothing could fail.
        """
        judged = self.good + self.bad
        return self.good * 10_000 // judged / 100 if judged else 100.0
