"""What is kept of an earlier run."""

from __future__ import annotations

import pytest

from pytest_agentorch.model.event import Event, TestsAdvanced
from pytest_agentorch.model.history import key_of
from pytest_agentorch.model.ids import PhaseName, TestId
from pytest_agentorch.model.outcome import Outcome
from pytest_agentorch.model.settings import Rerun
from pytest_agentorch.model.stop_reason import StopReason
from pytest_agentorch.results.resumption import is_complete, resumption, selection
from pytest_agentorch.results.run_summary import RunSummary
from tests.unit.event_builders import (
    a_plan,
    a_run,
    connected,
    kept,
    over,
    plan_of,
    planned,
    ran,
    started,
    summary_of,
)


def test(number: int) -> str:
    """The node id of a test of `plan_of`."""
    return f"tests/test_a.py::test_{number}"


test.__test__ = False  # type: ignore[attr-defined]


def earlier(*events: Event | tuple[Event, ...]) -> RunSummary:
    """A run of five tests: one passed, one failed, one was begun; then it was killed."""
    began = (a_run(), plan_of(5), connected("gw0"))
    return summary_of(*began, ran(0), ran(1, Outcome.FAILED), started(2), *events)


def test_what_has_a_verdict_keeps_it_wherever_it_is_now() -> None:
    """A test that was begun has none, and positions change with the suite."""
    names = [key_of(test(number), 0) for number in (3, 2, 1, 0, 9)]
    found = resumption(earlier(), names)
    assert {test: one.outcome for test, one in found.kept.items()} == {
        TestId(2): Outcome.FAILED,
        TestId(3): Outcome.PASSED,
    }
    assert found.verdicts == {TestId(2): True, TestId(3): False}
    assert found.gone == (test(4),)


def test_a_verdict_that_was_kept_is_kept_again() -> None:
    """A run that resumes another may be killed itself."""
    run = summary_of(a_run(), kept(0, Outcome.FAILED), plan_of(2))
    found = resumption(run, [key_of(test(0), 0), key_of(test(1), 0)])
    assert found.kept[TestId(0)].outcome is Outcome.FAILED


def test_tests_of_one_name_keep_their_own() -> None:
    """They are told apart by how often their name was collected before."""
    rows = (planned(0, test(0)), planned(1, test(0), occurrence=1))
    run = summary_of(a_run(), a_plan(*rows), connected("gw0"), ran(1))
    found = resumption(run, [key_of(test(0), 0), key_of(test(0), 1)])
    assert list(found.kept) == [TestId(1)]


def test_so_do_the_copies_of_a_test_that_each_agent_runs() -> None:
    """With `--agents-dist=each` the same test is in the plan once per agent."""
    run = summary_of(a_run(), a_plan(planned(0, test(0)), planned(1, test(0))), ran(1))
    found = resumption(run, [key_of(test(0), 0)] * 3)
    assert list(found.kept) == [TestId(1)]


@pytest.mark.parametrize(
    ("rerun", "tests", "others"),
    [
        (Rerun.FAILED, [1], False),
        (Rerun.UNFINISHED, [2, 3, 4], False),
        (Rerun.NEW, [0, 1, 2, 3, 4], True),
    ],
)
def test_a_rerun_chooses_by_what_became_of_a_test(
    rerun: Rerun, tests: list[int], others: bool
) -> None:
    """What is new is known by what is not."""
    chosen = selection(earlier(), rerun)
    assert list(chosen.tests) == [test(number) for number in tests]
    assert chosen.others is others


def test_a_run_is_complete_when_it_has_ended_and_nothing_is_missing() -> None:
    """A run that `-x` has stopped is over, and not complete."""
    rest = (ran(2), ran(3), ran(4))
    assert not is_complete(earlier())
    assert not is_complete(earlier(*rest))
    assert not is_complete(earlier(over(StopReason.MAXFAIL, not_run=3)))
    assert is_complete(earlier(*rest, over()))


def test_what_plugins_have_advanced_stays_there() -> None:
    """Whether it has a verdict or not, if there still is such a phase."""
    event = TestsAdvanced(phase=PhaseName("e2e"), tests=(TestId(1), TestId(4)), reason="", at=1.0)
    names = [key_of(test(number), 0) for number in (4, 3, 1)]
    assert resumption(earlier(event), names, [PhaseName("unit")]).advanced == {}
    found = resumption(earlier(event), names, [event.phase])
    assert found.advanced == {TestId(0): event, TestId(2): event}
