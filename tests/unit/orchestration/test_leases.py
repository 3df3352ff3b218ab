"""Who holds what, and for how long."""

from __future__ import annotations

from typing import Any

from pytest_agentorch.model.ids import AgentId, TestId
from pytest_agentorch.model.needs import NO_NEEDS, Count, Needs, ResourceSettings
from pytest_agentorch.orchestration.leases import Leases
from pytest_agentorch.orchestration.ledger import CPUS, MEMORY, RUN, SERIAL
from pytest_agentorch.orchestration.plan import Plan
from tests.unit.orchestration.plans import a_phase, a_test, planned, some_tests
from tests.unit.orchestration.short import Run, assign, finish, running, start, take_back

GW0, GW1 = AgentId("gw0"), AgentId("gw1")
MIB = 1 << 20
DB = Needs(counts=(Count(name="db", number=1),))
ONE_DB = ResourceSettings(counts=(Count(name="db", number=1),))


def needing(*needs: Needs, there: ResourceSettings = ONE_DB, **more: Any) -> Plan:
    """Plan tests of one file that need this, for two agents on two CPUs."""
    tests = [a_test(n, path="test_a.py", needs=some) for n, some in enumerate(needs)]
    return planned(tests, resources=there, **more)


def held(run: Run) -> dict[str, dict[str, int]]:
    """How much of what each agent holds."""
    leases = run.orchestrator._schedule.leases.held
    return {agent: dict(lease.request.takes) for agent, lease in leases.items()}


def test_nothing_is_asked_for_where_nothing_is_scarce() -> None:
    """Nor is anything counted."""
    leases = Leases(planned(some_tests(4)))
    assert not leases.active
    assert not Leases(needing(DB)).active
    assert Leases(needing(DB, DB)).active
    assert Leases(planned(some_tests(4), resources=ResourceSettings(memory=MIB))).active


def test_what_a_request_is_for() -> None:
    """All that a test needs, and what an agent needs anyway."""
    there = ResourceSettings(memory=1024 * MIB, counts=ONE_DB.counts)
    some = Needs(cpus=1.5, counts=DB.counts, reads=("a", "b"), writes=("b",), serial=True)
    others = [Needs(exclusive=True, memory=9), Needs(writes=("a",)), Needs(writes=("b",))]
    others += [Needs(counts=DB.counts, serial=True)]
    plan = needing(NO_NEEDS, some, *others, there=there, agents=3)
    leases, phase = Leases(plan), plan.phases[0]
    ordinary, large, exclusive, *_ = (
        leases.request(test) for unit in phase.units for test in unit.tests
    )
    assert dict(ordinary.takes) == {CPUS: 666, MEMORY: 512 * MIB}
    assert dict(large.takes) == {CPUS: 1500, MEMORY: 512 * MIB, "db": 1}
    assert (large.reads, large.writes) == ((RUN, "a"), ("b", SERIAL))
    assert dict(exclusive.takes) == {CPUS: 666, MEMORY: 9}
    assert (exclusive.reads, exclusive.writes) == ((), (RUN,))
    assert large.rank > ordinary.rank
    assert exclusive.rank > ordinary.rank


def test_two_tests_that_need_the_same_run_one_after_the_other() -> None:
    """And others beside them."""
    run = running(needing(DB, NO_NEEDS, NO_NEEDS, DB), "gw0")
    assert held(run) == {"gw0": {CPUS: 1000, "db": 1}}
    assert run.joins("gw1") == [assign("gw1", 1, 2)]
    assert held(run) == {"gw0": {CPUS: 1000, "db": 1}, "gw1": {CPUS: 1000}}
    assert run.runs("gw0", 0) == [assign("gw0", 3)]


def test_nothing_is_queued_behind_what_has_a_lease_of_its_own() -> None:
    """It would be held for tests that do not need it."""
    run = running(needing(DB, DB, NO_NEEDS, NO_NEEDS), "gw0")
    assert held(run) == {"gw0": {CPUS: 1000, "db": 1}}
    assert run.runs("gw0", 0) == [assign("gw0", 1)]
    assert held(run) == {"gw0": {CPUS: 1000, "db": 1}}
    assert run.runs("gw0", 1) == [assign("gw0", 2)]
    assert held(run) == {"gw0": {CPUS: 1000}}
    run.runs("gw0", 2, 3)
    assert held(run) == {}


def test_exclusive_is_alone() -> None:
    """All others wait, with nothing in hand, and stay."""
    run = running(needing(Needs(exclusive=True), NO_NEEDS, NO_NEEDS), "gw0")
    assert run.joins("gw1") == []
    run.started("gw0", 0)
    assert run.finished("gw0", 0) == [assign("gw1", 1), assign("gw0", 2)]


def test_a_group_takes_its_leases_one_by_one() -> None:
    """Its agent waits meanwhile, with nothing in hand."""
    tests = [
        a_test(0, group="g"),
        a_test(1, group="g", needs=DB),
        a_test(2, group="g"),
        a_test(3, needs=DB),
    ]
    run = running(planned(tests, resources=ONE_DB), "gw0")
    assert held(run) == {"gw0": {CPUS: 1000, "db": 1}}
    assert run.joins("gw1") == [assign("gw1", 0)]
    assert run.runs("gw1", 0) == []
    assert held(run) == {"gw0": {CPUS: 1000, "db": 1}}
    run.started("gw0", 3)
    assert run.finished("gw0", 3) == [assign("gw1", 1), finish("gw0")]
    assert run.runs("gw1", 1) == [assign("gw1", 2)]


def test_what_waits_for_a_lease_is_in_no_gap() -> None:
    """Its agent has nothing to begin: nobody ends it, however long that takes."""
    tests = [a_test(0, group="g"), a_test(1, group="g", needs=DB), a_test(3, needs=DB)]
    run = running(planned(tests, resources=ONE_DB), "gw0", "gw1", timeout=0.5)
    run.started("gw0", 2)
    run.runs("gw1", 0)
    assert run.time(60.2) != []
    assert "AgentMisspoke" not in run.slugs
    assert run.orchestrator._registry.live[GW1].state.value == "active"


def test_a_lost_agent_holds_nothing() -> None:
    """Its test waits for a fresh one, and takes its lease then."""
    run = running(needing(DB, DB, NO_NEEDS), "gw0", "gw1")
    run.started("gw0", 0)
    run.runs("gw1", 2)
    assert held(run) == {"gw0": {CPUS: 1000, "db": 1}}
    assert assign("gw1", 1) in run.dies("gw0")
    assert held(run) == {"gw1": {CPUS: 1000, "db": 1}}
    assert run.joins("gw0.2") == []
    run.started("gw1", 1)
    assert assign("gw0.2", 0) in run.finished("gw1", 1)


def test_an_agent_that_lacks_its_test_holds_nothing() -> None:
    """Another gets it."""
    run = running(needing(DB), "gw0")
    run.lacks("gw0", 0)
    assert held(run) == {}


def test_what_is_given_back_is_held_no_more() -> None:
    """As soon as the agent says so."""
    run = running(planned(some_tests(4), resources=ResourceSettings(memory=2048 * MIB)), "gw0")
    assert run.joins("gw1") == [assign("gw1", 2, 3)]
    assert run.stop() == [take_back("gw0", 0, 1), take_back("gw1", 2, 3)]
    run.returned("gw0", 0, 1)
    assert held(run) == {"gw1": {CPUS: 1000, MEMORY: 512 * MIB}}


def test_no_agent_is_started_for_what_does_not_fit() -> None:
    """It would only wait."""
    there = ResourceSettings(memory=1200 * MIB)
    run = running(planned(some_tests(100), agents=8, resources=there), "gw0")
    assert run.first == start("gw1")
    one = planned([a_test(n, needs=DB) for n in range(9)], agents=8, resources=ONE_DB)
    assert running(one).first == []


def test_memory_that_a_phase_says_is_memory_that_counts() -> None:
    """Where the project has configured it."""
    there = ResourceSettings(memory=1200 * MIB)
    phase = a_phase(configured=True, memory_per_agent=300 * MIB)
    run = running(planned(some_tests(100), phase, agents=8, resources=there), "gw0")
    assert run.first == start("gw1", "gw2", "gw3")


def test_what_needs_more_than_there_is_runs_alone() -> None:
    """Never zero agents."""
    there = ResourceSettings(memory=100 * MIB)
    run = running(planned(some_tests(2), resources=there))
    assert run.first == []
    assert held(run) == {"gw0": {CPUS: 1000, MEMORY: 100 * MIB}}


def test_fewer_agents_may_be_busy_for_a_while() -> None:
    """Those that are too many get nothing more and go; one always goes on."""
    run = running(planned(some_tests(40)), "gw0", "gw1")
    run.orchestrator._dispatcher.allow(0)
    run.runs("gw0", 0, 1)
    assert [*held(run)] == ["gw1"]
    run.runs("gw1", 2, 3, 4)
    assert [*held(run)] == ["gw1"]
    run.leaves("gw0")
    run.orchestrator._dispatcher.allow(None)
    assert run.time(100.0) == [*start("gw0.2")]
    run.joins("gw0.2")
    assert [*held(run)] == ["gw1", "gw0.2"]


def test_nothing_is_reserved_for_anybody_where_nothing_runs() -> None:
    """Whoever it is for may not be there: somebody must get on."""
    plan = needing(Needs(exclusive=True), NO_NEEDS)
    leases = Leases(plan)
    exclusive, ordinary = TestId(0), TestId(1)
    leases.reserve(exclusive)
    assert leases.grant(GW0, ordinary)
    leases.reserve(exclusive)
    assert not leases.fits(ordinary)
    assert not leases.may_ask(GW0)
    assert leases.room([leases.request(ordinary)] * 3, 3) == 0
    leases.release(GW0)
    assert leases.fits(ordinary)
    leases.reserve(exclusive, [GW0])
    assert (leases.preferred(GW0), leases.preferred(GW1)) == (exclusive, None)
    assert leases.grant(GW0, exclusive)
    assert leases.preferred(GW0) is None
    leases.release(GW0)
    assert leases.room([leases.request(ordinary)] * 3, 3) == 2


def test_what_is_learned_counts_for_what_comes() -> None:
    """Fifty tests of up to 500 MiB in 1.2 GiB: never more than two at once, and two again."""
    there = ResourceSettings(memory=1228 * MIB)
    leases = Leases(planned(some_tests(50), agents=8, resources=there))
    assert leases.grant(GW0, TestId(9))
    assert leases.learn(TestId(0), 500 * MIB)
    assert dict(leases.request(TestId(9)).takes)[MEMORY] == 576 * MIB
    assert leases.grant(GW1, TestId(9))
    assert leases.grant(GW0, TestId(9))
    assert not leases.fits(TestId(9))
    assert not leases.learn(TestId(0), 400 * MIB)
