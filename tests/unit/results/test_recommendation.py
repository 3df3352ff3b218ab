"""Advice has a reason and a next step, or it is not given."""

from __future__ import annotations

import pytest

from pytest_agentorch.model.agent_event import SharedSetup
from pytest_agentorch.model.coverage_event import CoverageCount
from pytest_agentorch.model.event import AgentReady, Event, SlotGivenUp, TestsMissing
from pytest_agentorch.model.frozen import replace
from pytest_agentorch.model.ids import AgentId, SlotId, TestId
from pytest_agentorch.model.memory_event import MemoryShort
from pytest_agentorch.model.outcome import Outcome
from pytest_agentorch.model.stop_reason import StopReason
from pytest_agentorch.results.recommendation import Recommendation, command_for, recommend
from pytest_agentorch.results.run_summary import RunSummary
from tests.unit.event_builders import (
    START,
    a_plan,
    covered,
    over,
    plan_of,
    planned,
    poisoned,
    ran,
    retried,
    summary_of,
)
from tests.unit.results.measured_run import cost, measured


def advice(*events: Event | tuple[Event, ...], tests: int = 3) -> tuple[Recommendation, ...]:
    """The advice drawn from a run."""
    return recommend(summary_of(plan_of(tests), *events))


def test_a_good_run_needs_no_advice() -> None:
    """Two agents, always busy."""
    assert (
        advice(ran(0, seconds=3.0), ran(1, seconds=3.0, at=5.0), ran(2, agent="gw1", seconds=5.0))
        == ()
    )
    assert advice() == ()


def test_files_that_not_every_agent_could_collect_are_named() -> None:
    """The first one, with its reason; how many others there are."""
    tests = (TestId(0), TestId(2))
    late = TestsMissing(agent=AgentId("gw1"), tests=tests, reason="ImportError: no", at=START)
    early = AgentReady(agent=AgentId("gw1"), missing=tests[:1], at=START)
    plan = a_plan(planned(0), planned(1), planned(2, "tests/test_b.py::test_it"))
    next_step = "let every process collect the same tests"
    assert recommend(summary_of(plan, late)) == (
        Recommendation(
            slug="tests-missing",
            reason="gw1 has not found tests of tests/test_a.py and 1 more: ImportError: no",
            next_step=next_step,
        ),
    )
    (advice,) = recommend(summary_of(plan, early))
    assert advice.reason == "gw1 has not found tests of tests/test_a.py"


def test_a_test_that_takes_half_of_the_wall_is_named() -> None:
    """It explains the low efficiency, which is then not mentioned."""
    assert advice(ran(0, seconds=8.0), ran(1, agent="gw1", seconds=0.1)) == (
        Recommendation(
            slug="dominating-test",
            reason="tests/test_a.py::test_0 takes 8.0 s of 8.0 s",
            next_step="split it, or make it faster: no number of agents can",
        ),
    )


def test_agents_that_mostly_wait_are_too_many() -> None:
    """Fewer would have done the same work in the same time."""
    events = [ran(n, at=2.0 + 3 * n, agent=f"gw{n}", seconds=1.5) for n in range(3)]
    assert advice(*events) == (
        Recommendation(
            slug="low-efficiency",
            reason="efficiency is 20 % of 3 agents",
            next_step="try --agents=1, which may be as fast",
        ),
    )


def test_agents_that_wait_now_and_then_are_no_matter() -> None:
    """Between one half and three quarters nothing stands out."""
    events = [ran(n, at=2.0 + n, seconds=1.0) for n in range(3)]
    assert advice(*events, ran(3, agent="gw1", seconds=1.0), tests=4) == ()


def test_a_short_run_or_a_single_agent_is_not_worth_advice_about_time() -> None:
    """Nobody waits for less than two seconds."""
    assert advice(ran(0, seconds=1.9), ran(1, agent="gw1", seconds=0.1)) == ()
    assert advice(ran(0, seconds=8.0), ran(1, at=30.0, seconds=0.1)) == ()


def test_a_poison_test_comes_with_the_command_that_runs_it_alone() -> None:
    """It is the first thing to look at."""
    (one,) = advice(poisoned(0))
    assert one.slug == "poison-test"
    assert one.reason == "tests/test_a.py::test_0 ends the process that runs it"
    assert one.next_step == 'run it alone with pytest "tests/test_a.py::test_0"'


def test_slots_that_were_given_up_are_one_piece_of_advice() -> None:
    """All of them are named."""
    slots = [SlotGivenUp(slot=SlotId(slot), deaths=3, at=START) for slot in ("gw0", "gw1")]
    assert [one.reason for one in advice(slots[0])] == [
        "gw0 was given up: agents die as they start"
    ]
    assert [one.reason for one in advice(*slots)] == [
        "gw0, gw1 were given up: agents die as they start"
    ]


@pytest.mark.parametrize(
    ("node_id", "command"),
    [
        ("t.py::test[a b]", 'pytest "t.py::test[a b]"'),
        ('t.py::test["$x"]', "pytest 't.py::test[\"$x\"]'"),
        ("t.py::test[it's $5]", "pytest 't.py::test[it'\"'\"'s $5]'"),
    ],
)
def test_a_command_survives_the_shell(node_id: str, command: str) -> None:
    """Parameters may hold anything."""
    assert command_for(node_id) == command


def failing(*node_ids: str) -> tuple[Recommendation, ...]:
    """The advice drawn from a run in which these tests fail, and one passes."""
    plan = a_plan(*(planned(n, node_id) for n, node_id in enumerate(node_ids)), planned(99))
    events = [ran(n, Outcome.FAILED, at=2.0 + n) for n in range(len(node_ids))]
    return recommend(summary_of(plan, *events))


def test_the_file_with_most_of_many_failures_is_named() -> None:
    """With the command that runs only them; a few can be seen at one glance."""
    many = [*(f"a.py::test_{n}" for n in range(4)), "b.py::test_0"]
    assert failing(*many) == (
        Recommendation(
            slug="failures",
            reason="4 of 5 failures are in a.py",
            next_step="when it is repaired, run what has failed with --agents-rerun=failed",
        ),
    )
    assert failing(*many[1:]) == ()
    assert failing(*(f"{n}.py::test" for n in range(9))) == ()


def test_a_flaky_test_is_to_be_repaired() -> None:
    """It passed, and nobody would look at it."""
    (one,) = advice(retried(0, at=1.0), *ran(0, at=3.0))
    assert one.slug == "flaky-test"
    assert one.reason == "tests/test_a.py::test_0 passed, but not at the first attempt"
    (one,) = advice(retried(0, at=1.0), retried(1, at=1.0), *ran(0, at=3.0), *ran(1, at=5.0))
    assert one.reason == "tests/test_a.py::test_0 and 1 more passed, but not at the first attempt"


SHORT = (0.5,) * 8


@pytest.mark.parametrize(
    ("run", "slug", "reason", "next_step"),
    [
        (
            measured(SHORT, SHORT),
            "too-few-agents",
            "16 agents would have taken 1.5 s instead of 5.0 s",
            "try --agents=16, or auto, which learns that from run to run",
        ),
        (
            measured(*[(0.5,)] * 7, (4.0,)),
            "too-many-agents",
            "2 agents would have taken 5.0 s instead of 5.0 s",
            "try --agents=2: the others wait for each other",
        ),
        (
            measured((4.0,), (0.1,), (0.1,), cpus=0.5, cpu=0.1),
            "too-many-agents",
            "1 agent would have taken 5.2 s instead of 5.0 s",
            "try --agents=1: the others wait for each other",
        ),
    ],
)
def test_a_better_number_of_agents_is_named(
    run: RunSummary, slug: str, reason: str, next_step: str
) -> None:
    """With what it would have given."""
    found = {one.slug: one for one in recommend(run)}
    assert found[slug] == Recommendation(slug=slug, reason=reason, next_step=next_step)


def test_a_number_that_is_good_enough_stays() -> None:
    """As does one that was not chosen by the user: `auto` finds out for itself."""
    assert recommend(measured(SHORT, SHORT, cpu=1.0)) == ()
    assert recommend(measured(SHORT, SHORT, asked="auto")) == ()


def test_what_no_agent_can_make_faster_is_told() -> None:
    """A long collection, or what each process sets up."""
    run = measured((2.0,), (2.0,), cpu=1.0)
    slow = replace(run, started=run.started - 9.0)
    (one,) = recommend(slow)
    assert (one.slug, one.reason) == (
        "slow-collection",
        "the collection takes 10.0 s, more than half of the run",
    )
    setups = [(SharedSetup(test=TestId(n), seconds=5.0, cpu_seconds=5.0),) for n in (0, 2)]
    costs = [cost(6.5, setups=one) for one in setups]
    found = recommend(measured((5.5, 1.0), (5.5, 1.0), cpu=1.0, costs=costs))
    assert {one.slug: one.reason for one in found}["slow-setup"] == (
        "each process sets up for 5.0 s what its tests share"
    )


def test_memory_that_is_short_or_nearly_so_is_told() -> None:
    """Before anybody is sorry."""
    run = measured((0.1,), (0.1,), memory=10 << 30)
    fat = tuple(replace(one, peak_memory=5 << 30) for one in run.agents)
    (one,) = recommend(replace(run, agents=fat))
    assert one.slug == "memory-short"
    assert one.reason == "agents have had up to 10 GiB of the 10 GiB of this run"
    assert recommend(replace(run, agents=(fat[0], run.agents[1]))) == ()
    assert recommend(replace(run, agents=fat, memory=0)) == ()
    short = MemoryShort(agents=1, total=1 << 30, budget=1 << 30, at=START)
    (one,) = advice(*ran(0), short)
    assert (one.slug, one.reason) == ("memory-short", "memory was short with 1 agent")


def test_little_coverage_is_told_with_the_file_that_misses_most() -> None:
    """Unless the project has said what is enough, or the run was stopped."""
    assert recommend(summary_of(plan_of(1), ran(0), covered(), over())) == (
        Recommendation(
            slug="low-coverage",
            reason="75 % of lines are covered, src/a.py has 15 of the 20 that are not",
            next_step="test it first, or set fail_under to what is enough",
        ),
    )
    enough = CoverageCount(covered=80, total=100)
    for end in (
        (covered(fail_under=60.0), over()),
        (covered(lines=enough), over()),
        (covered(), over(StopReason.MAXFAIL)),
        (covered(),),
    ):
        assert advice(ran(0), *end) == ()
