"""Counts of outcomes."""

from __future__ import annotations

import pytest

from pytest_agentorch.model.outcome import Outcome
from pytest_agentorch.results.tally import Tally


def test_every_outcome_is_counted_once() -> None:
    """A new outcome without a place in the tally would be lost here."""
    tally = Tally.of([*Outcome, None])
    assert tally.ran == len(Outcome)
    assert tally.total == len(Outcome) + 1
    assert (tally.good, tally.bad, tally.skipped, tally.not_run) == (3, 2, 1, 1)


def test_nothing_at_all_is_no_failure() -> None:
    """An empty run has a tally, too."""
    assert Tally.of([]) == Tally()
    assert Tally().success_rate == 100.0


@pytest.mark.parametrize(
    ("tally", "rate"),
    [
        (Tally(passed=2, failed=1), 66.66),
        (Tally(passed=99_999, failed=1), 99.99),
        (Tally(passed=1, skipped=9, not_run=9), 100.0),
        (Tally(xfailed=1, xpassed=1, error=2), 50.0),
        (Tally(error=1), 0.0),
    ],
)
def test_the_success_rate_has_two_decimals_and_is_never_flattering(
    tally: Tally, rate: float
) -> None:
    """100.00 means that not one failed; skipped tests are not judged."""
    assert tally.success_rate == rate
