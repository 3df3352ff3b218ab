"""What pytest is told of a test that an earlier run has finished."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_agentorch.controller.kept_verdict import FirstPart, kept_reports
from pytest_agentorch.model.event import TestKept, TestsAdvanced
from pytest_agentorch.model.history import key_of
from pytest_agentorch.model.ids import PhaseName, TestId
from pytest_agentorch.model.outcome import Outcome
from pytest_agentorch.results.resumption import resumption
from tests.unit.event_builders import (
    START,
    a_run,
    connected,
    kept,
    plan_of,
    poisoned,
    ran,
    summary_of,
)
from tests.unit.orchestration.plans import a_test


def reports_of(outcome: Outcome, **changes: Any) -> list[pytest.TestReport]:
    """The reports of a test."""
    return kept_reports(kept(0, outcome, **changes), a_test(3), 5, ("test_3", "slow"))


def phases(reports: list[pytest.TestReport]) -> list[str]:
    """What failed or was skipped in which phase."""
    return [f"{report.when} {report.outcome}" for report in reports]


@pytest.mark.parametrize(
    ("outcome", "failed_in", "expected"),
    [
        (Outcome.PASSED, (), ["setup passed", "call passed", "teardown passed"]),
        (Outcome.XPASSED, (), ["setup passed", "call passed", "teardown passed"]),
        (Outcome.XFAILED, (), ["setup passed", "call skipped", "teardown passed"]),
        (Outcome.SKIPPED, (), ["setup skipped", "teardown passed"]),
        (Outcome.FAILED, ("call",), ["setup passed", "call failed", "teardown passed"]),
        (Outcome.ERROR, ("setup",), ["setup failed", "teardown passed"]),
        (Outcome.ERROR, ("setup", "teardown"), ["setup failed", "teardown failed"]),
        (Outcome.ERROR, ("teardown",), ["setup passed", "call passed", "teardown failed"]),
        (Outcome.FAILED, ("call", "teardown"), ["setup passed", "call failed", "teardown failed"]),
    ],
)
def test_its_reports_are_those_that_it_had(
    outcome: Outcome, failed_in: tuple[str, ...], expected: list[str]
) -> None:
    """So all that count reports come to the same numbers."""
    assert phases(reports_of(outcome, failed_in=failed_in)) == expected


def test_a_failure_has_its_text_its_line_and_its_output() -> None:
    """As far as the event log has them."""
    report: Any = reports_of(Outcome.FAILED, message="why", trace="all of it", stdout="printed")[1]
    assert report.longreprtext == "all of it"
    assert (report.longrepr.reprcrash.message, report.longrepr.reprcrash.lineno) == ("why", 4)
    assert report.capstdout == "printed"


def test_a_second_failure_of_a_test_says_that_its_text_is_not_known() -> None:
    """The log has that of the first."""
    reports = reports_of(Outcome.FAILED, failed_in=("call", "teardown"), trace="all of it")
    assert "only the first failure" in reports[2].longreprtext


def test_a_skip_and_an_expected_failure_have_their_reason() -> None:
    """Both are shown with `-ra`."""
    skipped: Any = reports_of(Outcome.SKIPPED, message="Skipped: why")[0]
    assert skipped.longrepr == ("test_3.py", 4, "Skipped: why")
    assert reports_of(Outcome.XFAILED, message="known")[1].wasxfail == "known"


def test_its_time_is_that_of_the_call() -> None:
    """The log has only one for all of a test; plugins find marks and position as ever."""
    _, call, _ = reports_of(Outcome.PASSED, seconds=2.5)
    assert (call.start, call.duration) == (START - 86_400.0, 2.5)
    assert set(call.keywords) == {"test_3", "slow"}
    assert call.item_index == 5


def test_what_is_reused_says_so() -> None:
    """To the terminal, and to junit files."""
    for report in reports_of(Outcome.PASSED, started=None, seconds=0.0, reused=True):
        assert report.user_properties == [("reused", kept(0).run)]
        assert report.passed
        assert report.duration == 0.0
    assert not reports_of(Outcome.PASSED)[1].user_properties


def test_a_test_that_had_cost_its_agents_keeps_its_page_and_its_attempts() -> None:
    """Its log has the facts of which the page is made."""
    earlier = summary_of(a_run(), plan_of(2), connected("gw0"), poisoned(0), *ran(1))
    found = resumption(earlier, [key_of(test.node_id, 0) for test in earlier.tests])
    _, given_up, passed = FirstPart(earlier=earlier, resumption=found).events(START)
    assert isinstance(given_up, TestKept)
    assert isinstance(passed, TestKept)
    assert (given_up.outcome, given_up.failed_in) == (Outcome.FAILED, ("call",))
    assert "To run it alone:" in given_up.trace
    assert given_up.vain == earlier.tests[0].earlier
    assert passed.run == earlier.run


def test_where_tests_were_advanced_to_is_told_before_their_verdicts() -> None:
    """Together for all that were advanced for the same reason."""

    def advanced(*tests: int, reason: str = "why") -> TestsAdvanced:
        numbers = tuple(map(TestId, tests))
        return TestsAdvanced(phase=PhaseName("e2e"), tests=numbers, reason=reason, at=START)

    moved = advanced(0), advanced(1, reason="other"), advanced(2)
    earlier = summary_of(a_run(), plan_of(3), *moved, ran(0))
    names = [key_of(one.node_id, 0) for one in earlier.tests]
    part = FirstPart(earlier=earlier, resumption=resumption(earlier, names, [PhaseName("e2e")]))
    _, *events = part.events(START)
    assert events[:2] == [advanced(0, 2), advanced(1, reason="other")]
    assert isinstance(events[2], TestKept)
