"""The health of a run is one number, and one can see what it is made of."""

from __future__ import annotations

from pytest_agentorch.model.outcome import Outcome
from pytest_agentorch.results.health import health_of
from tests.unit.event_builders import (
    a_run,
    finished,
    lost,
    over,
    plan_of,
    poisoned,
    ran,
    retried,
    summary_of,
)
from tests.unit.results.measured_run import measured


def test_a_run_without_blemish_has_all_points() -> None:
    """Short or long, with tests or without."""
    assert health_of(measured((3.0,), (3.0,))).score == 100
    assert health_of(measured((0.1,), (0.01,))).score == 100
    assert health_of(summary_of(a_run(), over())).score == 100


def test_failures_cost_most() -> None:
    """As do tests that were not reached; skipped ones do not count."""
    half = summary_of(plan_of(2), ran(0), ran(1, Outcome.FAILED, at=3.0), over())
    assert health_of(half).success == 25.0
    assert health_of(summary_of(plan_of(2), ran(0), over(not_run=1))).success == 25.0
    skipped = summary_of(plan_of(2), ran(0), ran(1, Outcome.SKIPPED, at=3.0), over())
    assert health_of(skipped).score == 100


def test_agents_that_wait_cost_points() -> None:
    """Three quarters of their time are enough."""
    assert health_of(measured((4.0,), (2.0,))).efficiency == 20.0
    assert health_of(measured((4.0,), (1.0,), (1.0,), (0.0,))).efficiency == 10.0


def test_flaky_tests_cost_points() -> None:
    """One in ten costs all that there are for it."""
    passes = [finished(n, at=3.0 + n) for n in range(20)]
    run = summary_of(plan_of(20), retried(0, at=1.0), *passes, over())
    assert health_of(run).steadiness == 7.5


def test_incidents_cost_points() -> None:
    """The worse the more, and never more than there are."""
    assert health_of(summary_of(plan_of(1), ran(0), lost("gw0", at=4.0), over())).quiet == 12.0
    both = summary_of(plan_of(2), poisoned(0), *ran(1, at=5.0), over())
    assert 0.0 <= health_of(both).quiet < 12.0
