"""What plugins are told of a phase."""

from __future__ import annotations

from pytest_agentorch.model.ids import PhaseName
from pytest_agentorch.model.outcome import Outcome
from pytest_agentorch.results.phase_results import phase_results
from tests.unit.event_builders import START, a_run, connected, plan_of, ran, summary_of


def test_counts_failures_and_times() -> None:
    """Of the tests that were asked about."""
    events = (a_run(), plan_of(4), connected("gw0"), ran(0, seconds=2.0), ran(1, Outcome.ERROR))
    tests = summary_of(*events).tests
    found = phase_results(PhaseName("unit"), 0, tests, now=START + 9.0)
    assert (found.phase, found.wave, found.tests, found.agents) == ("unit", 0, 4, 1)
    assert (found.passed, found.error, found.failed, found.not_run) == (1, 1, 0, 2)
    assert found.failures == (tests[1].node_id,)
    assert found.durations[tests[0].node_id] == 2.0
    assert not found.succeeded
    assert phase_results(PhaseName("unit"), 1, tests[:1], now=START + 9.0).succeeded
