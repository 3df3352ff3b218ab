"""An agent is gone: what had finished is kept, the rest is handed on, the guilty test is found."""

from __future__ import annotations

from pytest_agentorch.model import event as ev
from pytest_agentorch.model.exit_status import ExitStatus
from pytest_agentorch.model.ids import AgentId, SlotId, TestId
from pytest_agentorch.model.settings import Crash, Dist
from pytest_agentorch.model.stop_reason import StopReason
from tests.unit.orchestration.plans import a_phase, a_test, planned, some_tests
from tests.unit.orchestration.short import Run, assign, end, finish, kill, running, start, take_back


def test_the_queue_of_a_lost_agent_goes_to_a_healthy_one() -> None:
    """It died between tests: nobody is blamed, a replacement takes the slot."""
    run = running(planned(some_tests(4)), "gw0", "gw1")
    run.runs("gw0", 0)
    assert run.dies("gw0") == [*start("gw0.2")]
    assert run.find(ev.AgentLost) == ev.AgentLost(
        agent=AgentId("gw0"),
        slot=SlotId("gw0"),
        pid=7,
        status=ExitStatus(returncode=-11),
        output="last words",
        test=None,
        ending=None,
        queued=1,
        restarted=True,
        at=run.said[-1].at,
    )
    run.started("gw1", 2)
    run.finished("gw1", 2)
    assert run.started("gw1", 3) == [assign("gw1", 1)]


def test_agents_that_die_faster_than_tests_finish_end_the_run() -> None:
    """A verdict in between keeps the slot, not the run."""
    run = running(planned(some_tests(9), agents=1))
    agents = iter(f"gw0.{number}" for number in range(2, 20))
    run.dies("gw0")
    for test in range(9):
        run.joins(agent := next(agents))
        run.runs(agent, test)
        run.dies(agent)
        run.dies(next(agents))
        if run.orchestrator.stopping:
            break
    assert run.find(ev.RunFinished) == ev.RunFinished(
        reason=StopReason.NO_AGENTS,
        message="agents die faster than tests finish [agents-die]",
        not_run=7,
        at=run.said[-1].at,
    )


def test_a_started_test_runs_once_more_alone_on_a_fresh_agent() -> None:
    """What was queued behind it is given to agents that are there already."""
    run = running(planned(some_tests(8)), "gw0", "gw1")
    run.started("gw0", 0)
    assert run.dies("gw0") == start("gw0.2")
    assert run.slugs == ["AgentExited", "AgentLost", "TestReassigned"]
    assert run.joins("gw0.2") == [assign("gw0.2", 0)]
    assert run.started("gw0.2", 0) == []
    assert run.finished("gw0.2", 0) == [assign("gw0.2", 1)]


def test_a_test_that_costs_two_agents_is_given_up() -> None:
    """It fails, and says what ran before it on the agent that died last."""
    run = running(planned(some_tests(3), agents=1))
    run.runs("gw0", 0)
    run.started("gw0", 1)
    run.dies("gw0")
    run.joins("gw0.2")
    run.started("gw0.2", 1)
    assert run.dies("gw0.2") == start("gw0.3")
    assert run.find(ev.TestGivenUp) == ev.TestGivenUp(
        test=TestId(1),
        agent=AgentId("gw0.2"),
        status=ExitStatus(returncode=-11),
        output="last words",
        attempts=2,
        before=(),
        started=run.said[-1].at - 1,
        at=run.said[-1].at,
    )
    run.joins("gw0.3")
    run.runs("gw0.3", 2)
    assert run.leaves("gw0.3") == [end()]
    assert run.find(ev.RunFinished).not_run == 0  # type: ignore[union-attr]


def test_with_the_policy_fail_it_is_given_up_at_once() -> None:
    """`--agents-crash=fail`: one agent is enough."""
    run = running(planned(some_tests(4), agents=1), crash=Crash.FAIL)
    run.runs("gw0", 0, 1)
    run.started("gw0", 2)
    assert run.dies("gw0") == start("gw0.2")
    assert run.slugs == ["AgentExited", "AgentLost", "TestGivenUp"]
    given_up = run.find(ev.TestGivenUp)
    assert isinstance(given_up, ev.TestGivenUp)
    assert (given_up.attempts, given_up.before) == (1, (0, 1))


def test_a_crash_counts_as_a_failure() -> None:
    """`-x`: the test that is given up was one too many; who is still coming is not waited for."""
    run = running(planned(some_tests(6)), crash=Crash.FAIL, stop_after=1)
    run.started("gw0", 0)
    assert run.dies("gw0") == [kill("gw1")]
    assert run.slugs == [
        "AgentExited",
        "AgentLost",
        "TestGivenUp",
        "StopRequested",
        "PhaseFinished",
    ]
    assert run.exits("gw1", -9) == [end(StopReason.MAXFAIL, "stopping after 1 failures")]
    assert run.slugs == ["AgentExited", "RunFinished"]


def test_three_deaths_in_a_row_cost_the_slot() -> None:
    """The last slot: the run ends, and what has not run is counted."""
    run = Run(planned(some_tests(3), agents=1))
    assert run.dies("gw0") == start("gw0.2")
    run.connected("gw0.2")
    assert run.dies("gw0.2") == start("gw0.3")
    run.joins("gw0.3")
    message = "no agent is left: 3 tests have not run"
    assert run.dies("gw0.3") == [end(StopReason.NO_AGENTS, message)]
    assert run.slugs == ["AgentExited", "AgentLost", "SlotGivenUp", "PhaseFinished", "RunFinished"]
    assert run.find(ev.SlotGivenUp) == ev.SlotGivenUp(
        slot=SlotId("gw0"), deaths=3, at=run.said[-1].at
    )


def test_a_verdict_in_between_forgives_the_deaths() -> None:
    """Three deaths, but not in a row."""
    run = Run(planned(some_tests(9), agents=1))
    run.dies("gw0")
    run.dies("gw0.2")
    run.joins("gw0.3")
    run.runs("gw0.3", 0)
    assert run.dies("gw0.3") == start("gw0.4")


def test_a_slot_that_is_given_up_does_not_end_the_run() -> None:
    """The others do the rest."""
    run = Run(planned(some_tests(2)))
    for agent in ("gw1", "gw1.2", "gw1.3"):
        commands = run.dies(agent)
    assert commands == []
    assert run.joins("gw0") == [assign("gw0", 0, 1)]
    run.runs("gw0", 0, 1)
    assert run.leaves("gw0") == [end()]


def test_a_suspect_without_any_slot_left_fails() -> None:
    """It did cost an agent: that it would pass alone cannot be shown any more."""
    run = Run(planned(some_tests(3), agents=1))
    run.dies("gw0")
    run.dies("gw0.2")
    run.joins("gw0.3")
    run.started("gw0.3", 0)
    message = "no agent is left: 2 tests have not run"
    assert run.dies("gw0.3") == [end(StopReason.NO_AGENTS, message)]
    assert run.slugs[:5] == [
        "AgentExited",
        "AgentLost",
        "TestReassigned",
        "SlotGivenUp",
        "TestGivenUp",
    ]
    given_up = run.find(ev.TestGivenUp)
    assert isinstance(given_up, ev.TestGivenUp)
    assert (given_up.test, given_up.agent, given_up.attempts) == (0, None, 1)


def test_a_suspect_waits_until_an_agent_makes_room() -> None:
    """No slot is free: the first agent with nothing to do goes, and a fresh one comes."""
    run = running(planned(some_tests(4)), "gw0", "gw1")
    # The slot of the agent that dies is lost with it.
    run.dies("gw1")
    run.dies("gw1.2")
    run.joins("gw1.3")
    run.started("gw1.3", 2)
    assert run.dies("gw1.3") == []
    assert run.slugs[-1] == "SlotGivenUp"
    assert run.runs("gw0", 0, 1) == [assign("gw0", 3)]
    assert run.runs("gw0", 3) == [finish("gw0")]
    assert run.done("gw0") == []
    assert run.exits("gw0") == start("gw0.2")
    assert run.joins("gw0.2") == [assign("gw0.2", 2)]


def test_a_suspect_whose_fresh_agent_dies_before_it_starts_is_still_a_suspect() -> None:
    """It runs alone, also on the next one."""
    run = running(planned(some_tests(6), agents=1))
    run.started("gw0", 0)
    run.dies("gw0")
    assert run.joins("gw0.2") == [assign("gw0.2", 0)]
    assert run.dies("gw0.2") == start("gw0.3")
    # Two deaths in a row: the next one costs the slot.
    assert run.joins("gw0.3") == [assign("gw0.3", 0)]
    assert run.runs("gw0.3", 0) == [assign("gw0.3", 1)]


def test_an_agent_that_lacks_the_suspect_gets_other_tests() -> None:
    """It is fresh, but of no use for that; another slot has no agent yet."""
    run = running(planned(some_tests(8), agents=3), "gw0", "gw1")
    run.started("gw0", 0)
    run.dies("gw0")
    assert run.joins("gw2", 0) == [assign("gw2", 1, 4)]
    assert run.joins("gw0.2") == [assign("gw0.2", 0)]


def test_a_suspect_that_no_fresh_agent_has_fails() -> None:
    """Its slot brings one agent that lacks it: that is enough to know."""
    run = running(planned(some_tests(3), agents=1))
    run.started("gw0", 0)
    run.dies("gw0")
    assert run.joins("gw0.2", 0) == [assign("gw0.2", 1, 2)]
    assert "TestGivenUp" in run.slugs


def test_the_rest_of_a_group_waits_for_the_suspect() -> None:
    """What must not run side by side does not, also after a crash."""
    tests = [a_test(n, group="g") for n in range(3)] + [a_test(n) for n in (3, 4, 5)]
    run = running(planned(tests), "gw0", "gw1")
    assert run.started("gw0", 0) == [assign("gw0", 2)]
    assert run.dies("gw0") == start("gw0.2")
    assert run.runs("gw1", 3, 4, 5) == [assign("gw1", 5), finish("gw1")]
    run.leaves("gw1")
    run.joins("gw0.2")
    assert run.runs("gw0.2", 0) == [assign("gw0.2", 1)]
    assert run.started("gw0.2", 1) == [assign("gw0.2", 2)]


def test_an_agent_that_ends_by_itself_is_lost() -> None:
    """It said goodbye without being told: the test that it was running is suspected."""
    run = running(planned(some_tests(4)), "gw0", "gw1")
    run.started("gw0", 0)
    assert run.done("gw0") == []
    assert run.slugs == ["AgentDone"]
    assert run.exits("gw0", 0) == start("gw0.2")
    assert run.slugs == ["AgentExited", "AgentLost", "TestReassigned"]


def test_an_agent_that_ends_while_it_collects_is_lost() -> None:
    """Three times: then its slot is given up, and somebody hears of it."""
    run = running(planned(some_tests(9)), "gw0")
    for agent in ("gw1", "gw1.2", "gw1.3"):
        run.connected(agent)
        run.done(agent)
        run.exits(agent, 4)
    assert run.slugs == ["AgentExited", "AgentLost", "SlotGivenUp"]


def test_an_agent_can_die_while_it_tears_down() -> None:
    """That is told; nothing else follows if nothing is left to do."""
    run = running(planned(some_tests(1)))
    run.runs("gw0", 0)
    assert run.dies("gw0") == [end()]
    lost = run.find(ev.AgentLost)
    assert isinstance(lost, ev.AgentLost)
    assert (lost.test, lost.queued, lost.restarted) == (None, 0, False)


def test_tests_that_were_asked_back_are_not_lost_with_the_agent() -> None:
    """It died before it could answer."""
    run = running(planned(some_tests(4)), "gw0", "gw1")
    run.started("gw0", 0)
    assert run.runs("gw1", 2, 3) == [take_back("gw0", 1)]
    assert run.dies("gw0") == [*start("gw0.2"), assign("gw1", 1)]


def test_the_permission_of_a_capped_phase_does_not_die_with_its_agent() -> None:
    """Another agent goes on with the phase; the suspect runs when that one has finished."""
    phases = (a_phase("unit"), a_phase("e2e", max_agents=1))
    tests = [*some_tests(4), *(a_test(n, "e2e", named=True) for n in range(4, 7))]
    run = running(planned(tests, *phases), "gw0", "gw1")
    run.runs("gw0", 0, 1)
    assert run.started("gw0", 4) == [assign("gw0", 5)]
    assert run.runs("gw1", 2) == []
    assert run.dies("gw0") == start("gw0.2")
    assert run.started("gw1", 3) == [assign("gw1", 5)]
    assert run.finished("gw1", 3) == []
    assert run.started("gw1", 5) == [assign("gw1", 6)]
    assert run.joins("gw0.2") == []
    assert run.finished("gw1", 5) == []
    assert run.started("gw1", 6) == []
    assert run.finished("gw1", 6) == [assign("gw0.2", 4), finish("gw1")]


def test_with_each_the_slot_of_a_lost_agent_is_filled_again() -> None:
    """Nobody else may run its tests, and that the others are idle is no reason to wait."""
    run = running(planned(some_tests(2), agents=3, dist=Dist.EACH), "gw0", "gw1", "gw2")
    run.runs("gw1", 2)
    run.runs("gw0", 0, 1)
    run.runs("gw2", 4, 5)
    assert run.dies("gw1") == start("gw1.2")
    assert run.joins("gw1.2") == [assign("gw1.2", 3)]


def test_with_each_a_slot_that_is_given_up_takes_its_tests_along() -> None:
    """They are not run; the others go on to their next phase, and the run ends."""
    phases = (a_phase("unit"), a_phase("e2e", "unit", configured=True))
    tests = [a_test(0), a_test(1, "e2e")]
    run = running(planned(tests, *phases, dist=Dist.EACH), "gw0")
    assert run.runs("gw0", 0) == []
    for agent in ("gw1", "gw1.2", "gw1.3"):
        commands = run.dies(agent)
    assert commands == [assign("gw0", 1)]
    assert run.slugs[-3:] == ["SlotGivenUp", "PhaseFinished", "PhaseStarted"]
    run.runs("gw0", 1)
    message = "no agent is left: 2 tests have not run"
    assert run.leaves("gw0") == [end(StopReason.NO_AGENTS, message)]
