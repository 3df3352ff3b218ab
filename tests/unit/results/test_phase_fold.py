"""What becomes of phases, and of which phase tests are."""

from __future__ import annotations

from pytest_agentorch.model.event import PhaseSkipped, PhaseStarted, TestsAdvanced
from pytest_agentorch.model.ids import PhaseName, TestId
from pytest_agentorch.results.tally import Tally
from tests.unit.event_builders import START, a_plan, a_run, planned, ran, summary_of

UNIT, INTEGRATION, E2E = (PhaseName(name) for name in ("unit", "integration", "e2e"))
PLAN = a_plan(planned(0), planned(1, phase="integration"), planned(2, phase="e2e"))


def advanced(test: int, phase: PhaseName, reason: str = "why") -> TestsAdvanced:
    """A plugin wants a test to run there."""
    return TestsAdvanced(phase=phase, tests=(TestId(test),), reason=reason, at=START + 2.0)


def test_a_test_counts_in_the_phase_that_it_runs_in() -> None:
    """Its own is empty then; it is known where it comes from, and why."""
    run = summary_of(a_run(), PLAN, ran(0), advanced(2, INTEGRATION), ran(2))
    assert [(one.phase, one.tally) for one in run.phases] == [
        (UNIT, Tally(passed=1)),
        (INTEGRATION, Tally(passed=1, not_run=1)),
        (E2E, Tally()),
    ]
    assert run.advanced == {(E2E, INTEGRATION, "why"): 1}


def test_the_last_word_counts_also_one_from_an_earlier_run() -> None:
    """That is told before there is a plan; to be first in one's own phase is no news."""
    run = summary_of(a_run(), advanced(2, UNIT), PLAN, advanced(2, INTEGRATION, "more"))
    assert run.advanced == {(E2E, INTEGRATION, "more"): 1}
    assert summary_of(a_run(), PLAN, advanced(2, E2E)).advanced == {}


def test_a_phase_has_the_agents_that_it_might_have_and_tests_say_why_they_did_not_run() -> None:
    """As long as it has not begun nobody knows."""
    begun = PhaseStarted(phase=UNIT, tests=1, agents=3, at=START)
    gate = PhaseSkipped(phase=E2E, tests=(TestId(2),), reason="no", vetoed=False, at=START)
    run = summary_of(a_run(), PLAN, begun, gate)
    assert [phase.agents_allowed for phase in run.phases] == [3, None, None]
    assert run.tests[2].message == "not run: no"
