"""What becomes of an agent that has too much memory."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_agentorch.model import event as ev
from pytest_agentorch.model.frozen import replace
from pytest_agentorch.model.ids import AgentId, TestId
from pytest_agentorch.model.memory_event import AgentSample
from pytest_agentorch.model.needs import ResourceSettings
from pytest_agentorch.model.settings import Dist
from pytest_agentorch.orchestration import command as do
from tests.unit.orchestration.plans import a_history, a_test, planned, some_tests
from tests.unit.orchestration.short import (
    Commands,
    Run,
    assign,
    finish,
    kill,
    release,
    running,
    start,
    take_back,
)
from tests.unit.orchestration.simulated_pool import finished

MIB = 1 << 20
GW0 = AgentId("gw0")
LIMITS = {"memory_soft": 100 * MIB, "memory_hard": 200 * MIB}


def one_agent(count: int, **plan: Any) -> Run:
    """A run of tests on one agent, that has them all in its queue."""
    return running(planned(plan.pop("tests", some_tests(count)), agents=1, **plan), **LIMITS)


def look(run: Run, at: float, **sizes: int) -> Commands:
    """Agents, `gw0_2` for `gw0.2`, have so many megabytes."""
    samples = tuple(
        AgentSample(agent=AgentId(name.replace("_", ".")), memory=size * MIB)
        for name, size in sizes.items()
    )
    return run.tell(ev.AgentsSampled(samples=samples, total=0, short=False, at=at))


def grows(run: Run, test: int, size: int = 150, agent: str = "gw0") -> Commands:
    """A test passes and leaves so many megabytes."""
    run.started(agent, test)
    grown = ev.AgentGrown(agent=AgentId(agent), memory=size * MIB, at=run.now())
    return [*run.tell(grown), *run.finished(agent, test, held=True)]


def test_an_agent_above_the_hard_limit_is_killed_and_its_test_fails() -> None:
    """At its first attempt already: it would only do the same again. The others go on."""
    run = one_agent(3)
    run.started("gw0", 0)
    at = run.find(ev.TestStarted).at
    assert look(run, at + 0.1, gw0=199) == []
    assert look(run, at + 0.2, gw0=300) == [kill("gw0")]
    assert look(run, at + 0.3, gw0=310) == []
    assert run.exits("gw0", -9) == [*start("gw0.2")]
    given_up = run.find(ev.TestGivenUp)
    assert isinstance(given_up, ev.TestGivenUp)
    assert (given_up.test, given_up.attempts, given_up.slug) == (0, 1, "memory-limit")
    assert str(given_up.excess) == "its agent had 300 MiB, 200 MiB are allowed (memory_hard)"
    assert str(given_up.status) == "it had 300 MiB, 200 MiB are allowed (memory_hard)"
    assert run.joins("gw0.2") == [assign("gw0.2", 1, 2)]


def test_what_it_says_meanwhile_is_not_why_it_was_killed() -> None:
    """The first reason is the one that counts."""
    run = one_agent(3)
    run.started("gw0", 0)
    at = run.find(ev.TestStarted).at
    look(run, at + 0.2, gw0=300)
    run.tell(ev.AgentMisspoke(agent=GW0, reason="nonsense", at=at + 0.3))
    run.exits("gw0", -9)
    lost = run.find(ev.AgentLost)
    assert isinstance(lost, ev.AgentLost)
    assert str(lost.status) == "it had 300 MiB, 200 MiB are allowed (memory_hard)"


def test_a_test_that_began_after_the_look_is_not_blamed() -> None:
    """What was seen was another's doing: this one runs again as if nothing had been."""
    run = one_agent(2)
    run.started("gw0", 0)
    begun = run.find(ev.TestStarted).at
    run.pause = 0.0
    assert look(run, begun, gw0=300) == []
    run.pause = 0.5
    assert look(run, begun + 0.5, gw0=300) == [kill("gw0")]
    run.finished("gw0", 0)
    run.started("gw0", 1)
    assert run.exits("gw0", -9) == [*start("gw0.2")]
    lost = run.find(ev.AgentLost)
    assert isinstance(lost, ev.AgentLost)
    assert (lost.test, lost.queued) == (None, 1)
    assert run.joins("gw0.2") == [assign("gw0.2", 1)]


def test_between_tests_two_looks_are_needed() -> None:
    """The end of a test may not have been told yet."""
    run = one_agent(2)
    run.runs("gw0", 0)
    assert look(run, 50.0, gw0=300) == []
    assert look(run, 51.0, gw0=100) == []
    assert look(run, 52.0, gw0=300) == []
    assert look(run, 53.0, gw0=300) == [kill("gw0")]
    run.exits("gw0", -9)
    assert "TestGivenUp" not in run.slugs
    assert run.joins("gw0.2") == [assign("gw0.2", 1)]


def test_without_a_limit_nobody_is_killed() -> None:
    """Whatever they have."""
    run = running(planned(some_tests(2), agents=1))
    run.started("gw0", 0)
    assert look(run, 50.0, gw0=10**6) == []
    assert look(run, 51.0, gw0=10**6) == []


def test_what_agents_take_counts_for_the_test_that_runs() -> None:
    """With what it has started; only what is notable, beside the smallest agent ever seen."""
    run = one_agent(3)
    look(run, 0.0, gw0=30)
    run.started("gw0", 0)
    look(run, 10.0, gw0=180)
    look(run, 11.0, gw0=40)
    run.finished("gw0", 0)
    assert run.find(ev.TestFinished).memory == 180 * MIB  # type: ignore[union-attr]
    run.started("gw0", 1)
    look(run, 30.0, gw0=90)
    run.finished("gw0", 1)
    assert run.find(ev.TestFinished).memory == 0  # type: ignore[union-attr]


def test_a_test_that_has_failed_for_its_memory_is_an_incident_and_not_retried() -> None:
    """Its agent knows what it had; what has passed has passed."""
    run = running(planned(some_tests(2), agents=1), **LIMITS, retries=2)
    run.started("gw0", 0)
    large = replace(finished("gw0", 0, failures=1, at=run.now()), memory=300 * MIB)
    run.tell(large)
    assert run.slugs == ["MemoryExceeded", "TestFinished"]
    assert run.verdicts == {0}


def test_a_grown_agent_gives_back_what_it_has_and_ends() -> None:
    """Its session ends as any does; the next process takes the slot, and what is left."""
    run = one_agent(4)
    run.runs("gw0", 0)
    assert grows(run, 1) == [take_back("gw0", 2)]
    assert run.returned("gw0", 2) == [finish("gw0")]
    assert run.leaves("gw0") == [*start("gw0.2")]
    assert run.joins("gw0.2") == [assign("gw0.2", 2)]


def test_what_a_grown_agent_had_stays_in_order() -> None:
    """What is with it, and what was only kept for it."""
    tests = [a_test(n, unit="m", path="test_m.py") for n in range(30)]
    run = one_agent(0, tests=tests, history=a_history(tests, *([0.01] * 30)))
    run.runs("gw0", 0)
    (back,) = grows(run, 1)
    assert isinstance(back, do.TakeBackTests)
    assert 1 < len(back.tests) < 28
    run.returned("gw0", *back.tests)
    run.leaves("gw0")
    (given,) = run.joins("gw0.2")
    assert isinstance(given, do.AssignTests)
    assert given.tests == (*range(2, 2 + len(given.tests)),)


def test_a_grown_agent_that_was_asked_for_tests_gives_back_the_others_too() -> None:
    """It waits for a word, and would wait for ever with what is left in its queue."""
    tests = some_tests(9)
    plan = planned(tests, agents=2, history=a_history(tests, *([0.01] * 9)))
    run = running(plan, **LIMITS)
    run.runs("gw0", 0)
    assert run.joins("gw1") == [take_back("gw0", 5, 6, 7, 8)]
    assert grows(run, 1) == [take_back("gw0", 2, 3, 4, 5, 6, 7, 8)]
    assert run.returned("gw0", 5, 6, 7, 8) == [assign("gw1", 5, 6, 7, 8)]
    assert finish("gw0") in run.returned("gw0", 2, 3, 4)


def test_a_grown_agent_that_has_nothing_else_just_ends() -> None:
    """It need not be told to give anything back."""
    run = one_agent(2)
    run.runs("gw0", 0)
    assert grows(run, 1) == [finish("gw0")]


def test_nobody_is_replaced_for_what_it_has_begun_with() -> None:
    """The next one would have as much; for what has come since it is."""
    run = one_agent(32)
    for test in range(30):
        assert release("gw0") in grows(run, test, size=120 + test)
    assert release("gw0") not in grows(run, 30, size=184)
    assert run.orchestrator._registry.live[GW0].leaving


def test_that_the_limit_is_low_is_told_at_the_first_test() -> None:
    """Before its end."""
    run = one_agent(2)
    run.started("gw0", 0)
    run.tell(ev.AgentGrown(agent=GW0, memory=150 * MIB, at=run.now()))
    assert run.slugs == ["SoftLimitLow"]


def test_above_the_hard_limit_it_ends_at_once() -> None:
    """It is not killed as long as it does: no test runs there."""
    run = one_agent(3)
    assert grows(run, 0, size=300) == [take_back("gw0", 1, 2)]
    assert look(run, 80.0, gw0=300) == look(run, 81.0, gw0=300) == []
    assert run.returned("gw0", 1, 2) == [finish("gw0")]
    assert look(run, 90.0, gw0=300) == look(run, 91.0, gw0=300) == []


def test_what_must_stay_together_is_run_to_its_end() -> None:
    """Then the agent ends, and gives back what comes after."""
    tests = [a_test(0), *(a_test(n, group="g") for n in (1, 2, 3)), a_test(4)]
    # With known durations the queue holds more than one unit.
    history = a_history(tests, 0.01, 0.01, 0.01, 0.01, 0.01)
    run = one_agent(0, tests=tests, history=history)
    run.runs("gw0", 0)
    assert grows(run, 1) == [release("gw0")]
    run.runs("gw0", 2)
    run.started("gw0", 3)
    assert run.finished("gw0", 3) == [take_back("gw0", 4)]
    assert run.returned("gw0", 4) == [finish("gw0")]


def test_who_grows_after_its_end_is_not_heeded() -> None:
    """There is nothing to replace."""
    run = one_agent(1)
    run.tell(ev.AgentGrown(agent=AgentId("gw7"), memory=9, at=run.now()))
    assert run.slugs == []
    assert run.verdicts == set[TestId]()


def test_nobody_is_ordered_to_do_anything_by_a_look() -> None:
    """A look is no reason to hand out tests."""
    run = one_agent(2)
    assert [c for c in look(run, 50.0, gw0=10) if not isinstance(c, do.WakeAt)] == []


def all_have(run: Run, size: int, *, short: bool = False) -> Commands:
    """All processes of the run together have so many megabytes, most of it one agent."""
    sizes = {"gw0": 30, "gw1": max(30, size - 100)}
    samples = tuple(AgentSample(agent=AgentId(name), memory=sizes[name] * MIB) for name in sizes)
    total = size * MIB
    return run.tell(ev.AgentsSampled(samples=samples, total=total, short=short, at=run.now()))


@pytest.mark.parametrize(("size", "short"), [(990, False), (100, True)])
def test_fewer_agents_are_busy_while_memory_is_short(size: int, *, short: bool) -> None:
    """Who has ended what it has goes, with what it keeps; the other one goes on."""
    run = running(planned(some_tests(12), agents=2), "gw0", memory=1000 * MIB)
    run.joins("gw1")
    run.started("gw0", 0)
    run.started("gw1", 2)
    run.pause = 0.2
    assert all_have(run, size, short=short) == []
    assert run.find(ev.MemoryShort) == ev.MemoryShort(
        agents=1, total=size * MIB, budget=1000 * MIB, at=run.find(ev.MemoryShort).at
    )
    run.finished("gw0", 0)
    assert run.runs("gw0", 1, 4) == [finish("gw0")]
    run.leaves("gw0")
    run.finished("gw1", 2)
    run.pause = 4.0
    assert all_have(run, 100) == [*start("gw0.2")]
    assert "MemoryShort" not in run.slugs


def test_where_tests_take_little_more_agents_run_them() -> None:
    """One agent counts with half a GiB for each as long as nobody knows what they take."""
    there = ResourceSettings(memory=900 * MIB)
    run = running(planned(some_tests(20), agents=4, resources=there), memory=900 * MIB)
    run.runs("gw0", 0, 1, 2, 3)
    assert start("gw1")[0] not in look(run, run.now(), gw0=200)
    run.runs("gw0", 4)
    assert [*start("gw1")] == look(run, run.now(), gw0=200)


def test_an_agent_that_others_cannot_replace_stays() -> None:
    """What is bound to its slot waits for it: another process would be started at once."""
    run = running(planned(some_tests(4), agents=2, dist=Dist.EACH), memory=1000 * MIB)
    run.joins("gw1")
    run.started("gw0", 0)
    run.started("gw1", 4)
    all_have(run, 990)
    assert run.finished("gw0", 0) == run.runs("gw0", 1) == []


def test_an_agent_at_its_end_is_no_measure_for_others() -> None:
    """It has hardly anything any more: all others would seem to have grown."""
    run = running(planned(some_tests(1), agents=1), memory=1000 * MIB)
    run.runs("gw0", 0)
    run.done("gw0")
    all_have(run, 990)
    assert "MemoryShort" not in run.slugs


def test_the_last_agent_is_always_fed() -> None:
    """Whatever happens: the run must get on."""
    run = running(planned(some_tests(4), agents=1), memory=1000 * MIB)
    run.started("gw0", 0)
    for _ in range(3):
        all_have(run, 2000, short=True)
    run.finished("gw0", 0)
    run.runs("gw0", 1, 2, 3)
    assert run.verdicts == {0, 1, 2, 3}
