"""The summary of a run is a fold over its events, at any moment."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pytest_agentorch.model.event import AgentDone, AgentReady, PhaseStarted, TeardownFailed
from pytest_agentorch.model.ids import AgentId, PhaseName, TestId
from pytest_agentorch.model.outcome import Outcome
from pytest_agentorch.model.stop_reason import StopReason
from pytest_agentorch.results.summary import SummaryFold
from pytest_agentorch.results.tally import Tally
from tests.unit.event_builders import (
    START,
    a_plan,
    a_run,
    connected,
    finished,
    given_up,
    kept,
    lost,
    not_found,
    over,
    plan_of,
    planned,
    poisoned,
    ran,
    resumed,
    started,
    summary_of,
)


def test_before_anything_happened_there_is_an_empty_summary() -> None:
    """It divides nothing by zero."""
    summary = SummaryFold().summary()
    assert (summary.tally, summary.reason, summary.wall_seconds) == (Tally(), None, 0.0)
    assert (summary.throughput, summary.average_seconds, summary.efficiency) == (0.0, 0.0, 0.0)


def test_a_run_without_tests_is_a_run() -> None:
    """Everything was deselected, say."""
    summary = summary_of(a_run(), a_plan(deselected=7, collection_errors=1), over())
    assert (summary.tests, summary.phases, summary.not_run) == ((), (), ())
    assert (summary.deselected, summary.collection_errors) == (7, 1)
    assert (summary.reason, summary.wall_seconds) == (StopReason.FINISHED, 10.0)


def test_a_green_run_on_two_agents() -> None:
    """Totals, time and agents."""
    summary = summary_of(
        a_run(),
        plan_of(3),
        connected("gw0", pid=1),
        connected("gw1", pid=2),
        AgentReady(agent=AgentId("gw0"), missing=(), at=START + 1.5),
        ran(0, at=2.0, seconds=2.0),
        ran(1, agent="gw1", at=2.0, seconds=4.0),
        ran(2, at=4.0, seconds=1.0),
        over(),
    )
    assert summary.run == "20231114T221320Z-0a1b2c3d"
    assert (summary.asked, summary.dist, summary.agents_allowed) == ("2", "balanced", 2)
    assert summary.tally == Tally(passed=3)
    assert (summary.usage.busy_seconds, summary.usage.wall_seconds) == (7.0, 4.0)
    assert (summary.agents_used, summary.efficiency, summary.throughput) == (2, 7 / 8, 3 / 4)
    assert [(agent.agent, agent.pid, agent.tests) for agent in summary.agents] == [
        ("gw0", 1, 2),
        ("gw1", 2, 1),
    ]
    assert [agent.busy_seconds for agent in summary.agents] == [3.0, 4.0]


def test_phases_are_summed_up_in_the_order_of_the_plan() -> None:
    """Each with its own agents, work and wall."""
    summary = summary_of(
        a_plan(planned(0), planned(1, phase="e2e"), planned(2), phases=("unit", "e2e", "none")),
        PhaseStarted(phase=PhaseName("unit"), tests=2, agents=2, at=START + 1.0),
        ran(0, at=2.0, seconds=1.0),
        ran(2, Outcome.FAILED, agent="gw1", at=2.0, seconds=3.0),
        ran(1, Outcome.SKIPPED, at=6.0, seconds=0.5),
    )
    unit, e2e, none = summary.phases
    assert (unit.phase, unit.tally, unit.agents) == ("unit", Tally(passed=1, failed=1), 2)
    assert (unit.busy_seconds, unit.wall_seconds, unit.longest_seconds) == (4.0, 3.0, 3.0)
    assert (unit.agents_allowed, e2e.agents_allowed) == (2, None)
    assert (e2e.tally, e2e.agents, e2e.wall_seconds) == (Tally(skipped=1), 1, 0.5)
    assert (none.tally, none.agents, none.wall_seconds) == (Tally(), 0, 0.0)


def test_given_up_tests_count_as_failed() -> None:
    """Those that killed their agents, and those that no agent has."""
    summary = summary_of(plan_of(2), poisoned(0), not_found(1), over())
    assert summary.tally == Tally(failed=2)
    assert [incident.slug for incident in summary.incidents] == [
        "agent-lost",
        "agent-lost",
        "poison-test",
        "test-not-found",
    ]


def test_the_first_verdict_stands() -> None:
    """A second one must not happen, and does not change history."""
    again = finished(0, Outcome.FAILED, agent="gw1")
    assert summary_of(plan_of(1), finished(0), again, given_up(0)).tally == Tally(passed=1)
    assert summary_of(plan_of(1), given_up(0), finished(0)).tally == Tally(failed=1)


def test_the_same_node_id_may_occur_several_times() -> None:
    """As with `--agents-dist=each`: the position tells the tests apart."""
    plan = a_plan(planned(0, "t.py::test"), planned(1, "t.py::test"))
    summary = summary_of(plan, ran(0), ran(1, Outcome.FAILED, agent="gw1"))
    assert summary.tally == Tally(passed=1, failed=1)
    assert [test.agent for test in summary.tests] == ["gw0", "gw1"]


def test_positions_need_not_be_places_in_the_plan() -> None:
    """Each row says which test it is."""
    summary = summary_of(a_plan(planned(5), planned(3)), ran(3, Outcome.FAILED))
    assert [test.outcome for test in summary.tests] == [None, Outcome.FAILED]


def test_in_the_middle_of_a_run_now_is_the_last_event() -> None:
    """One test is done, one runs, one waits."""
    summary = summary_of(a_run(), plan_of(3), ran(0, at=2.0, seconds=1.0), started(1, at=5.0))
    assert (summary.reason, summary.wall_seconds) == (None, 5.0)
    assert summary.tally == Tally(passed=1, not_run=2)
    assert [test.started for test in summary.tests] == [START + 2.0, START + 5.0, None]


def test_what_an_interrupt_stopped_has_not_run() -> None:
    """A test that had begun on an agent that has ended is not running any more."""
    summary = summary_of(
        a_run(),
        plan_of(3),
        connected("gw0"),
        ran(0),
        started(1, at=4.0),
        AgentDone(agent=AgentId("gw0"), at=START + 5.0),
        over(StopReason.INTERRUPTED, not_run=2),
    )
    assert summary.reason is StopReason.INTERRUPTED
    assert [test.planned.test for test in summary.not_run] == [1, 2]
    assert [test.agent for test in summary.not_run] == [None, None]


def test_events_about_tests_that_are_not_planned_are_ignored() -> None:
    """A torn log may lack the plan."""
    assert summary_of(ran(0), started(1), poisoned(2)).tests == ()


def test_a_replaced_agent_keeps_its_slot() -> None:
    """Two processes, one slot: the efficiency counts one."""
    summary = summary_of(
        plan_of(2),
        connected("gw0"),
        ran(0, at=2.0),
        lost("gw0", at=3.0),
        connected("gw0.2", at=3.5),
        ran(1, agent="gw0.2", at=4.0),
    )
    assert [(agent.agent, agent.slot) for agent in summary.agents] == [
        ("gw0", "gw0"),
        ("gw0.2", "gw0"),
    ]
    assert (summary.agents_used, summary.efficiency) == (1, 2 / 3)


@given(
    st.lists(
        st.one_of(
            st.builds(
                finished,
                st.integers(0, 4),
                st.sampled_from(Outcome),
                st.sampled_from(["gw0", "gw1"]),
                st.floats(0, 100),
                st.floats(0, 10),
            ),
            st.builds(started, st.integers(0, 4), st.sampled_from(["gw0", "gw1"])),
            st.builds(lost, st.sampled_from(["gw0", "gw1"]), st.none() | st.integers(0, 4)),
            st.builds(given_up, st.integers(0, 4), st.none() | st.sampled_from(["gw0", "gw1"])),
        )
    )
)
def test_whatever_happens_every_planned_test_is_counted_once(events: list[object]) -> None:
    """By the whole run and by its phases; and shares stay shares."""
    summary = summary_of(plan_of(4), *events)  # type: ignore[arg-type]
    assert summary.tally.total == 4
    assert sum(phase.tally.total for phase in summary.phases) == 4
    assert sum(agent.tests for agent in summary.agents) <= summary.tally.ran
    assert 0.0 <= summary.efficiency <= 1.0
    assert 0.0 <= summary.tally.success_rate <= 100.0


def test_under_isolation_agents_are_slots() -> None:
    """However many processes there were."""
    for isolate, agents in (("none", ["gw0", "gw0.2"]), ("test", ["gw0"])):
        run = a_run(isolate=isolate)
        summary = summary_of(run, a_plan(), connected("gw0"), connected("gw0.2"), over())
        assert [agent.agent for agent in summary.agents] == agents
        assert summary.isolate == isolate


def test_what_an_earlier_run_did_counts_and_has_kept_nobody_busy() -> None:
    """A day may lie between the two parts."""
    attempt = summary_of(plan_of(1), started(0), lost("gw0", 0)).tests[0].vain
    summary = summary_of(
        a_run(),
        resumed("t.py::test_old"),
        kept(0, Outcome.FAILED, message="why", seconds=9.0),
        kept(1, vain=attempt),
        plan_of(3),
        connected("gw0"),
        ran(2, seconds=2.0),
    )
    assert summary.tally == Tally(passed=2, failed=1)
    first, flaky, mine = summary.tests
    assert summary.resumed is not None
    assert (first.kept, first.agent, first.message) == (summary.resumed.run, None, "why")
    assert (flaky.is_flaky, mine.kept) == (True, None)
    assert (summary.usage.busy_seconds, summary.usage.wall_seconds) == (2.0, 2.0)
    assert (summary.average_seconds, summary.throughput) == (2.0, 0.5)
    assert summary.agents[0].busy_seconds == 2.0
    assert summary.slowest(3) == (mine,)


def test_a_verdict_knows_where_its_test_failed() -> None:
    """What the session of the agent costs it, too."""
    torn = TeardownFailed(
        agent=AgentId("gw0"), test=TestId(0), message="late", trace="", at=START + 5.0
    )
    failed = finished(0, Outcome.FAILED, message="why", failed_in=("call",))
    (both,) = summary_of(plan_of(1), failed, torn).tests
    assert (both.outcome, both.message) == (Outcome.FAILED, "why")
    assert both.failed_in == ("call", "teardown")
    (only,) = summary_of(plan_of(1), finished(0), torn).tests
    assert (only.outcome, only.message, only.failed_in) == (Outcome.ERROR, "late", ("teardown",))
