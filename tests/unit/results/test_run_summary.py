"""What a summary says of a run."""

from __future__ import annotations

from tests.unit.event_builders import plan_of, ran, started, summary_of


def test_the_slowest_tests_have_a_verdict_and_are_sorted() -> None:
    """Longest first."""
    summary = summary_of(
        plan_of(4), ran(0, seconds=1.0), ran(1, seconds=3.0), ran(2, seconds=2.0), started(3)
    )
    assert [test.planned.test for test in summary.slowest(2)] == [1, 2]
