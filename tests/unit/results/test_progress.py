"""How far a run is, folded from its events."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pytest_agentorch.model.agent_view import AgentStatus, AgentView
from pytest_agentorch.model.event import (
    Event,
    PhaseSkipped,
    PhaseStarted,
    TeardownFailed,
    TestsAdvanced,
)
from pytest_agentorch.model.ids import AgentId, PhaseName, SlotId, TestId
from pytest_agentorch.model.outcome import Outcome
from pytest_agentorch.model.phase_outline import PhaseOutline
from pytest_agentorch.model.stop_reason import StopReason
from pytest_agentorch.results.progress import ProgressFold
from pytest_agentorch.results.standing import Standing
from pytest_agentorch.results.tally import Tally
from tests.unit.event_builders import (
    START,
    connected,
    finished,
    given_up,
    kept,
    lost,
    over,
    plan_of,
    ran,
    started,
    summary_of,
)
from tests.unit.orchestration.plans import a_test, some_tests

UNIT, E2E = PhaseName("unit"), PhaseName("e2e")
OUTLINES = (
    PhaseOutline(phase=UNIT, after=(), agents=2),
    PhaseOutline(phase=E2E, after=(UNIT,), agents=1),
)


def view(agent: str, test: int | None = None, *queued: int, since: float = 0.0) -> AgentView:
    """An active agent with these tests."""
    return AgentView(
        agent=AgentId(agent),
        slot=SlotId(agent.partition(".")[0]),
        status=AgentStatus.ACTIVE,
        test=None if test is None else TestId(test),
        since=START + since,
        queued=tuple(map(TestId, queued)),
    )


def three_and_one() -> ProgressFold:
    """Three tests of one phase, and one of the phase behind it; the first has begun."""
    tests = [*some_tests(3), a_test(3, "e2e")]
    fold = ProgressFold(tests, OUTLINES, seconds=(1.0, 1.0, 2.0, 4.0))
    fold.take([PhaseStarted(phase=UNIT, tests=3, agents=2, at=START)])
    return fold


def test_before_there_is_a_plan_there_is_nothing() -> None:
    """It divides nothing by zero."""
    progress = ProgressFold().progress((), START)
    assert not progress.has_plan
    assert (progress.standing, progress.phases, progress.seconds_left) == (Standing(), (), None)


def test_each_test_is_in_one_place() -> None:
    """By phase and overall; a phase waits for those before it as long as they are not over."""
    fold = three_and_one()
    fold.take([connected("gw0"), connected("gw1"), *ran(0)])
    progress = fold.progress([view("gw0", 1, since=2.0), view("gw1", None, 2)], START + 2.5)
    unit, e2e = progress.phases
    here = Standing(tally=Tally(passed=1, not_run=2), assigned=1, started=1)
    assert (unit.state, unit.standing, unit.busy) == ("active", here, 2)
    assert (e2e.state, e2e.waits_for, e2e.standing.pending) == ("waiting", (UNIT,), 1)
    assert (progress.standing.finished, progress.standing.percent) == (1, 25.0)
    assert [agent.node_id for agent in progress.agents] == ["test_1.py::test_1", ""]
    assert (progress.processes, progress.lost, progress.reason) == (2, 0, None)
    # 3 s less 0.5 s on two agents, and then 4 s on one.
    assert progress.seconds_left == 5.25


def test_the_phase_behind_waits_no_longer() -> None:
    """All before it is over."""
    fold = three_and_one()
    fold.take([*ran(0), *ran(1, Outcome.FAILED), given_up(2)])
    fold.take([PhaseStarted(phase=E2E, tests=1, agents=1, at=START + 4.0)])
    unit, e2e = fold.progress([view("gw0", 3)], START + 4.0).phases
    assert (unit.state, unit.standing.tally) == ("finished", Tally(passed=1, failed=2))
    assert (e2e.state, e2e.waits_for) == ("active", ())


def test_nothing_more_comes_of_a_phase_that_is_skipped() -> None:
    """Nobody waits for it, and it takes no time."""
    fold = three_and_one()
    gate = PhaseSkipped(phase=E2E, tests=(TestId(3),), reason="", vetoed=False, at=START)
    fold.take([*ran(0), *ran(1), *ran(2, Outcome.FAILED), gate])
    progress = fold.progress([], START + 4.0)
    assert [phase.state for phase in progress.phases] == ["finished", "skipped"]
    assert progress.seconds_left == 0.0


def test_agents_are_told_with_what_they_did() -> None:
    """The phases they have served, their verdicts and their time."""
    fold = three_and_one()
    fold.take([connected("gw0", pid=7), *ran(0), *ran(1, Outcome.ERROR, seconds=3.0), *ran(3)])
    (agent,) = fold.progress([view("gw0")], START + 9.0).agents
    assert agent.phases == (UNIT, E2E)
    assert (agent.summary.pid, agent.summary.tests, agent.summary.busy_seconds) == (7, 3, 5.0)
    assert agent.summary.tally == Tally(passed=2, error=1)


def test_a_lost_agent_is_counted() -> None:
    """It is in no view any more."""
    fold = three_and_one()
    fold.take([connected("gw0"), started(0), lost("gw0", 0), connected("gw0.2"), over()])
    progress = fold.progress((), START + 9.0)
    assert (progress.processes, progress.lost) == (2, 1)
    assert progress.reason is StopReason.FINISHED


def test_a_failed_end_of_a_session_turns_a_pass_into_an_error() -> None:
    """Of a test that has failed it changes nothing."""
    fold = three_and_one()
    fold.take([*ran(0), *ran(1, Outcome.FAILED)])
    for test in (TestId(0), TestId(1)):
        end = TeardownFailed(agent=AgentId("gw0"), test=test, message="", trace="", at=START)
        fold.take([end])
    assert fold.progress((), START).standing.tally == Tally(error=1, failed=1, not_run=2)


def test_a_phase_without_tests_to_run_is_there_with_its_verdicts() -> None:
    """An earlier run has given all of them."""
    fold = ProgressFold([*some_tests(1), a_test(1, "e2e")], OUTLINES[:1])
    fold.take([kept(1)])
    assert [phase.state for phase in fold.progress((), START).phases] == ["waiting", "finished"]


EVENTS = st.lists(
    st.one_of(
        st.builds(finished, st.integers(0, 4), st.sampled_from(Outcome)),
        st.builds(kept, st.integers(0, 4), st.sampled_from(Outcome)),
        st.builds(given_up, st.integers(0, 4)),
    ),
    unique_by=lambda event: event.test,
)


@given(EVENTS, st.lists(st.booleans(), min_size=5, max_size=5))
def test_it_counts_as_the_summary_does(events: list[Event], pauses: list[bool]) -> None:
    """Whatever happens, and whenever somebody looks."""
    fold = ProgressFold(some_tests(5), OUTLINES[:1], seconds=(1.0,) * 5)
    for event, pause in zip(events, pauses, strict=False):
        fold.take([event])
        if pause:
            fold.progress((), START)
    progress = fold.progress((), START)
    assert progress.standing.tally == summary_of(plan_of(5), *events).tally
    assert progress.seconds_left is not None
    assert progress.seconds_left >= 0.0


def test_a_test_that_was_advanced_counts_where_it_runs() -> None:
    """With the time that it will take; its own phase has nothing left."""
    fold = three_and_one()
    fold.take([TestsAdvanced(phase=UNIT, tests=(TestId(3),), reason="", at=START), *ran(3)])
    unit, e2e = fold.progress([view("gw0", 0)], START + 4.0).phases
    assert (unit.standing.tally, e2e.standing.tally) == (Tally(passed=1, not_run=3), Tally())
    gone = PhaseSkipped(phase=UNIT, tests=(TestId(1),), reason="", vetoed=True, at=START)
    fold.take([*ran(0), gone, *ran(2)])
    assert fold.progress([], START + 9.0).seconds_left == 0.0
