"""Tests that have failed and may run again."""

from __future__ import annotations

import pytest

from pytest_agentorch.model import event as ev
from pytest_agentorch.model.ids import AgentId, PhaseName, TestId
from pytest_agentorch.model.outcome import Outcome
from pytest_agentorch.model.retry import Flaky, RetryWay
from pytest_agentorch.model.settings import Dist
from pytest_agentorch.orchestration import command as do
from tests.unit.orchestration.plans import a_test, planned, some_tests
from tests.unit.orchestration.short import Run, assign, finish, running, start

GW0, ZERO = AgentId("gw0"), TestId(0)


def again(agent: str, *tests: int) -> do.AssignTests:
    """Have tests run that have failed before."""
    some = tuple(map(TestId, tests))
    return do.AssignTests(agent=AgentId(agent), tests=some, again=some)


def failing(run: Run, agent: str, test: int) -> list[do.Command]:
    """A test begins and fails."""
    return [*run.started(agent, test), *run.finished(agent, test, failures=1)]


def verdict_of(run: Run) -> ev.TestFinished:
    """The verdict that was published last."""
    (event,) = (event for event in run.said if isinstance(event, ev.TestFinished))
    return event


def retried(run: Run) -> ev.TestRetried:
    """The attempt that was published last."""
    (event,) = (event for event in run.said if isinstance(event, ev.TestRetried))
    return event


def one_test(**policy: object) -> Run:
    """A run of one test on one agent."""
    return running(planned(some_tests(1), agents=1), **policy)


def test_a_failed_test_runs_again_and_is_flaky_if_it_passes() -> None:
    """The first attempt is no verdict, and no failure."""
    run = one_test(retries=2, stop_after=1)
    assert failing(run, "gw0", 0) == [again("gw0", 0)]
    assert run.slugs == ["TestRetried"]
    assert run.verdicts == set()
    assert failing(run, "gw0", 0) == [again("gw0", 0)]
    run.runs("gw0", 0)
    verdict = verdict_of(run)
    assert (verdict.outcome, verdict.failures, verdict.flaky) == (Outcome.PASSED, 0, True)


def test_what_fails_every_time_has_failed() -> None:
    """With its last attempt; only that counts."""
    run = one_test(retries=1, stop_after=1)
    failing(run, "gw0", 0)
    failing(run, "gw0", 0)
    verdict = verdict_of(run)
    assert (verdict.outcome, verdict.failures, verdict.flaky) == (Outcome.FAILED, 1, False)
    assert run.verdicts == {0}


def test_without_retries_there_are_none() -> None:
    """And what passes at once is not flaky."""
    run = running(planned(some_tests(2), agents=1))
    failing(run, "gw0", 0)
    assert "TestFinished" in run.slugs
    run.runs("gw0", 1)
    assert not verdict_of(run).flaky


def test_flaky_can_count_as_failed() -> None:
    """Its message says so."""
    run = one_test(retries=1, flaky=Flaky.FAIL)
    failing(run, "gw0", 0)
    run.runs("gw0", 0)
    verdict = verdict_of(run)
    assert (verdict.outcome, verdict.failures, verdict.flaky) == (Outcome.FAILED, 1, True)
    assert verdict.message.startswith("flaky: passed at attempt 2")


def test_it_rests_longer_each_time() -> None:
    """Its agent is kept meanwhile."""
    run = one_test(retries=2, retry_delay=4.0)
    assert failing(run, "gw0", 0) == [do.WakeAt(at=retried(run).again_at)]
    first = retried(run)
    assert first.again_at == first.at + 4.0
    assert run.time(first.again_at) == [again("gw0", 0)]
    failing(run, "gw0", 0)
    second = retried(run)
    assert second.again_at == second.at + 8.0


def test_at_the_end_comes_after_everything_that_waits() -> None:
    """And the next test goes on at once."""
    run = running(planned(some_tests(4), agents=1), retries=1, retry=RetryWay.AT_END)
    assert [command for command in run.first if isinstance(command, do.AssignTests)] == []
    assert again("gw0", 0) not in failing(run, "gw0", 0)
    commands = run.runs("gw0", 1, 2, 3)
    assert [one for one in commands if isinstance(one, do.AssignTests)][-1] == again("gw0", 0)


def test_a_fresh_attempt_has_a_process_of_its_own() -> None:
    """The agent makes room for it."""
    run = one_test(retries=1, retry=RetryWay.FRESH)
    assert failing(run, "gw0", 0) == [finish("gw0")]
    assert run.leaves("gw0") == start("gw0.2")
    assert run.joins("gw0.2") == [again("gw0.2", 0)]
    run.runs("gw0.2", 0)
    assert run.verdicts == {0}


def test_what_must_not_be_divided_runs_again_when_the_rest_is_over() -> None:
    """Its neighbours would run elsewhere at the same time."""
    tests = [a_test(number, group="g") for number in range(2)]
    run = running(planned(tests, agents=2), "gw0", retries=1, retry=RetryWay.FRESH)
    failing(run, "gw0", 0)
    assert run.slugs == ["TestRetried"]
    assert [*run.started("gw0", 1)] == []
    assert run.finished("gw0", 1) != []
    assert run.verdicts == {1}


def test_what_must_not_be_divided_runs_again_together() -> None:
    """Not on two agents at the same time."""
    tests = [a_test(number, group="g") for number in range(2)]
    run = running(planned(tests, agents=2), "gw0", retries=1)
    failing(run, "gw0", 0)
    assert failing(run, "gw0", 1) == [again("gw0", 0)]
    assert run.runs("gw0", 0)[-1] == again("gw0", 1)


def test_what_must_not_be_divided_has_one_fresh_process_after_the_other() -> None:
    """Each test has one for itself, and they are not at work at the same time."""
    tests = [a_test(number, group="g") for number in range(2)]
    run = running(planned(tests, agents=2), "gw0", retries=1, retry=RetryWay.FRESH)
    failing(run, "gw0", 0)
    assert failing(run, "gw0", 1) == start("gw1")
    assert run.joins("gw1")[0] == again("gw1", 0)
    assert run.runs("gw1", 0) == [finish("gw0"), finish("gw1")]
    assert run.leaves("gw0") == start("gw0.2")


def test_a_fresh_attempt_that_has_not_begun_is_still_to_be_fresh() -> None:
    """Its agent was lost before."""
    tests = some_tests(2)
    run = running(planned(tests, agents=2), "gw0", "gw1", retries=1, retry=RetryWay.FRESH)
    run.started("gw1", 1)
    failing(run, "gw0", 0)
    run.leaves("gw0")
    assert run.joins("gw0.2") == [again("gw0.2", 0)]
    assert run.dies("gw0.2") == start("gw0.3")
    assert again("gw1", 0) not in run.finished("gw1", 1)
    assert run.joins("gw0.3") == [again("gw0.3", 0)]


@pytest.mark.parametrize("rests", [True, False])
def test_the_last_attempt_is_the_verdict_if_the_run_ends(rests: bool) -> None:
    """Whether it rested or waited for an agent."""
    delay = 60.0 if rests else 0.0
    run = running(planned(some_tests(2), agents=1), retries=1, retry_delay=delay)
    failing(run, "gw0", 0)
    run.interrupt()
    run.returned("gw0", *([1] if rests else [1, 0]))
    run.leaves("gw0")
    verdict = verdict_of(run)
    assert (verdict.test, verdict.outcome) == (ZERO, Outcome.FAILED)
    assert run.verdicts == {0}


def test_the_closest_number_counts() -> None:
    """Of the test, of its phase, of the run."""
    own = a_test(0, retries=0)
    run = running(planned([own, a_test(1)], agents=1), phase_retries={PhaseName("unit"): 1})
    failing(run, "gw0", 0)
    assert run.verdicts == {0}
    failing(run, "gw0", 1)
    assert run.verdicts == {0}


def test_every_agent_has_attempts_of_its_own() -> None:
    """With `--agents-dist=each` a test runs again where it has failed."""
    run = running(planned(some_tests(1), agents=2, dist=Dist.EACH), "gw0", "gw1", retries=1)
    assert failing(run, "gw0", 0) == [again("gw0", 0)]
    assert assign("gw1", 1) not in run.runs("gw0", 0)
    assert run.verdicts == {0}
