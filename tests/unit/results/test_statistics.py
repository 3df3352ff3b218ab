"""A run in four numbers."""

from __future__ import annotations

from pytest_agentorch.model.outcome import Outcome
from pytest_agentorch.results.statistics import Statistics, statistics
from tests.unit.event_builders import a_run, connected, lost, plan_of, ran, summary_of


def test_agents_that_were_lost_and_tests_that_failed() -> None:
    """Tests without a verdict have not succeeded and have not failed."""
    events = (connected("gw0"), ran(0), ran(1, Outcome.FAILED), lost("gw0"), connected("gw1"))
    assert statistics(summary_of(a_run(), plan_of(3), *events)) == Statistics(
        total=2, lost=1, completion_rate=66.6, success_rate=50.0
    )


def test_before_anything_has_happened() -> None:
    """Nothing is complete, and nothing has failed."""
    assert statistics(summary_of(a_run())) == Statistics(
        total=0, lost=0, completion_rate=0.0, success_rate=100.0
    )
