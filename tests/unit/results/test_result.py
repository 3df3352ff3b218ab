"""What became of one test."""

from __future__ import annotations

import pytest

from pytest_agentorch.model.event import Event
from pytest_agentorch.model.exit_status import ExitStatus
from pytest_agentorch.model.outcome import Outcome
from pytest_agentorch.results.result import TestResult, crash_message
from tests.unit.event_builders import (
    EXIT_3,
    START,
    connected,
    finished,
    given_up,
    lost,
    not_found,
    plan_of,
    poisoned,
    ran,
    started,
    summary_of,
)


def result_of(*events: Event) -> TestResult:
    """The result of the only test of a plan."""
    (result,) = summary_of(plan_of(1), *events).tests
    return result


def test_a_test_that_nobody_has_begun_is_waiting() -> None:
    """It has no agent and no time."""
    result = result_of()
    assert (result.outcome, result.agent, result.started) == (None, None, None)
    assert (result.attempts, result.busy_seconds, result.is_rerun) == (0, 0.0, False)


def test_a_running_test_has_an_agent_but_no_verdict() -> None:
    """It is not busy time yet: that is known when it ends."""
    result = result_of(connected("gw1"), started(0, "gw1", at=2.5))
    assert (result.outcome, result.agent, result.slot) == (None, "gw1", "gw1")
    assert (result.started, result.seconds, result.attempts) == (START + 2.5, 0.0, 1)


def test_a_finished_test_carries_its_verdict() -> None:
    """Message, trace and output as the agent sent them."""
    event = finished(
        0, Outcome.FAILED, at=2.0, seconds=0.5, message="m", trace="t", stdout="o", stderr="e"
    )
    result = result_of(event)
    assert (result.outcome, result.started, result.seconds) == (Outcome.FAILED, START + 2.0, 0.5)
    assert (result.message, result.trace, result.stdout, result.stderr) == ("m", "t", "o", "e")
    assert (result.attempts, result.is_rerun, result.is_flaky) == (1, False, False)


def test_a_test_that_passed_after_it_lost_its_agent_is_flaky() -> None:
    """Both attempts kept an agent busy."""
    events = (started(0, at=2.0), lost("gw0", 0, at=3.0), connected("gw0.2", at=3.5))
    result = result_of(*events, *ran(0, agent="gw0.2", at=4.0, seconds=0.25))
    assert (result.outcome, result.agent, result.slot) == (Outcome.PASSED, "gw0.2", "gw0")
    assert (result.attempts, result.is_rerun, result.is_flaky) == (2, True, True)
    assert result.busy_seconds == 1.25
    assert [attempt.agent for attempt in result.earlier] == ["gw0"]


def test_a_test_that_failed_when_it_ran_again_is_not_flaky() -> None:
    """It was re-run, and its verdict is bad."""
    events = (started(0), lost("gw0", 0), *ran(0, Outcome.ERROR, agent="gw1", at=4.0))
    assert (result_of(*events).is_rerun, result_of(*events).is_flaky) == (True, False)


def test_a_poison_test_has_failed() -> None:
    """The attempt that ended it is not an earlier one."""
    result = result_of(*poisoned(0))
    assert (result.outcome, result.agent, result.slot) == (Outcome.FAILED, "gw0.2", "gw0")
    assert result.message == "agent gw0.2 died of SIGSEGV (11)"
    assert result.stderr == "Fatal Python error"
    assert (result.attempts, result.is_rerun) == (2, False)
    assert [attempt.agent for attempt in result.earlier] == ["gw0"]
    assert result.busy_seconds == 1.5


def test_a_test_that_no_agent_has_collected_has_failed_without_having_run() -> None:
    """It took no time on no agent."""
    result = result_of(not_found(0))
    assert (result.outcome, result.agent, result.started) == (Outcome.FAILED, None, None)
    assert result.message == "no agent has collected this test"
    assert (result.attempts, result.busy_seconds) == (0, 0.0)


def test_a_suspect_for_which_no_agent_is_left_ends_with_the_one_that_it_lost() -> None:
    """There was no second attempt."""
    events = (started(0, at=2.0), lost("gw0", 0, at=3.0), given_up(0, None, at=5.0))
    result = result_of(*events)
    assert (result.outcome, result.agent, result.attempts) == (Outcome.FAILED, "gw0", 1)
    assert (result.started, result.seconds) == (START + 2.0, 1.0)
    assert result.message == "its agent died, and no other was left to run it again"


@pytest.mark.parametrize(
    ("status", "message"),
    [
        (ExitStatus(returncode=-9), "agent gw0 died of SIGKILL (9)"),
        (EXIT_3, "agent gw0 ended with exit code 3"),
        (ExitStatus(returncode=0), "agent gw0 ended with exit code 0"),
        (ExitStatus(returncode=None), "lost contact with agent gw0"),
        (ExitStatus(returncode=-9, reason="it lied"), "agent gw0 was lost (it lied)"),
    ],
)
def test_the_short_summary_says_how_the_agent_ended(status: ExitStatus, message: str) -> None:
    """In words."""
    assert crash_message(given_up(0, status=status), "a.py::test_a") == message
