"""The first result of several copies, and what becomes of the others."""

from __future__ import annotations

from pytest_agentorch.model import event as ev
from pytest_agentorch.model.ids import AgentId, TestId
from pytest_agentorch.orchestration import command as do
from tests.unit.orchestration.plans import a_test, planned
from tests.unit.orchestration.short import Run, assign, end, finish, running, start, take_back

CANCELLED = do.EndTest(
    agent=AgentId("gw1"), test=TestId(0), message="cancelled: another agent has a result"
)


def a_run(**policy: object) -> Run:
    """A run on two agents that both get its only test."""
    run = Run(planned([a_test(0, copies=2)]), **policy)
    assert run.first == start("gw1")
    assert run.joins("gw0") == [assign("gw0", 0)]
    assert assign("gw1", 0) in run.joins("gw1")
    return run


def test_what_runs_is_asked_to_end_and_says_what_it_likes() -> None:
    """The verdict is that of the first; the other gets the next test when it has ended."""
    run = a_run()
    run.started("gw0", 0)
    run.started("gw1", 0)
    assert run.finished("gw0", 0)[:2] == [CANCELLED, finish("gw0")]
    assert run.verdicts == {0}
    assert "PhaseFinished" not in run.slugs
    assert run.finished("gw1", 0, failures=1) == [finish("gw1")]
    assert run.slugs == ["CopyEnded", "PhaseFinished"]
    assert run.verdicts == {0}


def test_who_comes_for_a_copy_is_waited_for() -> None:
    """All tests have begun, but not everywhere: it would be let go, and the next one started."""
    run = Run(planned([a_test(0, copies=2)]))
    run.joins("gw0")
    assert run.started("gw0", 0) == []
    assert run.joins("gw1") == [assign("gw1", 0)]


def test_what_has_not_begun_is_taken_back() -> None:
    """If it has begun meanwhile, it is asked to end, and nobody is told of its start."""
    run = a_run()
    run.started("gw0", 0)
    assert take_back("gw1", 0) in run.finished("gw0", 0)
    assert CANCELLED in run.started("gw1", 0)
    assert "TestStarted" not in run.slugs
    run.returned("gw1")
    assert finish("gw1") in run.finished("gw1", 0)


def test_what_was_taken_back_is_gone() -> None:
    """Nobody runs it."""
    run = a_run()
    run.runs("gw0", 0)
    assert finish("gw1") in run.returned("gw1", 0)
    run.leaves("gw0")
    assert run.leaves("gw1") == [end()]


def test_a_copy_that_does_not_end_is_ended_with_its_agent() -> None:
    """As a test that has timed out; nobody is blamed."""
    run = a_run(grace_seconds=5.0)
    run.started("gw0", 0)
    run.started("gw1", 0)
    run.finished("gw0", 0)
    assert do.TerminateAgent(agent=AgentId("gw1")) in run.time(90.0)
    run.dies("gw1")
    lost = run.find(ev.AgentLost)
    assert isinstance(lost, ev.AgentLost)
    assert lost.test is None
    assert run.verdicts == {0}


def test_a_crash_counts_only_if_there_is_no_other_copy() -> None:
    """Then the test is suspected, as any other."""
    run = a_run()
    run.started("gw0", 0)
    run.started("gw1", 0)
    run.dies("gw1")
    assert "TestReassigned" not in run.slugs
    run.dies("gw0")
    assert "TestReassigned" in run.slugs


def test_the_first_result_may_have_another_chance() -> None:
    """With copies, again; what is still running of the first attempt counts for nothing."""
    run = a_run(retries=1)
    run.started("gw0", 0)
    run.started("gw1", 0)
    assert CANCELLED in run.finished("gw0", 0, failures=1)
    assert "TestRetried" in run.slugs
    assert run.verdicts == set()
    run.finished("gw1", 0)
    assert run.verdicts == set()
    run.runs("gw0", 0)
    assert run.verdicts == {0}


def test_a_single_agent_runs_it_once() -> None:
    """There is nobody for a second copy."""
    run = running(planned([a_test(0, copies=3)], agents=1))
    assert run.runs("gw0", 0) == [finish("gw0")]
