"""What other numbers of agents would have given, with constructed work."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_agentorch.model.ids import PhaseName, TestId
from pytest_agentorch.model.needs import Count, Needs, ResourceSettings
from pytest_agentorch.model.phase_shape import PhaseShape
from pytest_agentorch.model.supply import Supply
from pytest_agentorch.orchestration.shape import demands_of
from pytest_agentorch.results.replay import what_ifs
from pytest_agentorch.results.want import NO_WANT, Want, numbers_of
from pytest_agentorch.results.workload import PhaseWork, Piece, Workload
from tests.unit.orchestration.plans import a_history, a_test, planned
from tests.unit.orchestration.timed_run import TimedRun

NOTHING = Piece(0.0, 0.0)
TWO = Supply(cpus=2000, counts=(Count(name="db", number=2),))


def waits(seconds: float) -> Piece:
    """A job that does not compute."""
    return Piece(seconds, 0.0)


def computes(seconds: float) -> Piece:
    """A job that does nothing else."""
    return Piece(seconds, seconds)


def phase(*jobs: Piece, wave: int = 0, most: int = 100, setup: Piece = NOTHING) -> PhaseWork:
    """A phase of these jobs."""
    shape = PhaseShape(phase=PhaseName(f"p{wave}"), wave=wave, most_agents=most)
    return PhaseWork(shape=shape, jobs=tuple((job,) for job in jobs), setup=setup)


def work(*phases: PhaseWork, **changes: Any) -> Workload:
    """The work of a run on two CPUs for which agents cost nothing."""
    fields: dict[str, Any] = {
        "cpus": 2.0,
        "phases": phases,
        "collector_is_agent": False,
        "start": NOTHING,
        "end_seconds": 0.0,
        "controller_share": 0.0,
        "fixed_seconds": 0.0,
    }
    return Workload(**{**fields, **changes})


def seconds(workload: Workload, *numbers: int) -> list[float]:
    """How long it takes on so many agents."""
    return [one.seconds for one in what_ifs(workload, numbers)]


def close(*expected: float) -> Any:
    """Nearly these: short jobs are taken together."""
    return pytest.approx(list(expected), rel=0.03)


def test_what_waits_gets_faster_with_every_agent() -> None:
    """However few CPUs there are."""
    assert seconds(work(phase(*[waits(1.0)] * 16)), 1, 2, 4, 8, 16) == close(16, 8, 4, 2, 1)


def test_what_computes_gets_no_faster_than_there_are_cpus() -> None:
    """Two of them, here; a fraction counts as such."""
    jobs = phase(*[computes(1.0)] * 16)
    assert seconds(work(jobs), 1, 2, 4, 8, 16) == close(16, 8, 8, 8, 8)
    assert seconds(work(jobs, cpus=0.5), 1, 2) == close(32, 32)


def test_what_computes_half_of_its_time_wants_twice_as_many_agents() -> None:
    """While one waits another one computes."""
    jobs = phase(*[Piece(1.0, 0.5)] * 64)
    assert seconds(work(jobs), 1, 2, 4, 8) == close(64, 32, 16, 16)


def test_one_long_test_is_the_limit() -> None:
    """It begins first."""
    jobs = phase(*[waits(0.5)] * 20, waits(5.0))
    assert seconds(work(jobs), 1, 2, 3, 8) == close(15, 7.5, 5, 5)


def test_what_is_run_by_one_agent_is_one_job() -> None:
    """A group of many tests is no better than a long one."""
    assert seconds(work(phase(waits(6.0), waits(6.0))), 1, 2, 4) == close(12, 6, 6)


def test_a_phase_that_is_capped_is_no_faster_with_more_agents() -> None:
    """And the next wave waits for all of it."""
    first, second = phase(*[waits(1.0)] * 4, most=2), phase(*[waits(1.0)] * 4, wave=1)
    assert seconds(work(first, second), 1, 2, 4) == close(8, 4, 3)


def test_phases_of_one_wave_run_beside_each_other() -> None:
    """Each within its own cap."""
    one = phase(*[waits(1.0)] * 3, most=1)
    other = phase(*[waits(1.0)] * 3, most=1)
    assert seconds(work(one, other), 1, 2, 4) == close(6, 3, 3)


def test_each_process_pays_for_its_start_and_what_its_tests_share() -> None:
    """Half of that is computing, for which there are two CPUs only."""
    shares = phase(*[waits(1.0)] * 8, setup=Piece(2.0, 1.0))
    assert seconds(work(shares), 1, 2, 4, 8) == close(10, 6, 5, 6)
    started = work(phase(*[waits(1.0)] * 4), start=Piece(1.0, 1.0), end_seconds=0.5)
    assert seconds(started, 1, 2, 4) == close(5.5, 3.5, 3.5)


def test_the_process_that_has_collected_is_there() -> None:
    """Where agents are no forks it is the first of them."""
    spawned = work(phase(*[waits(1.0)] * 2), start=Piece(1.0, 1.0), collector_is_agent=True)
    assert seconds(spawned, 1, 2) == close(2, 2)


def test_the_controller_computes_in_one_thread() -> None:
    """It has to do for each test: with many agents that is the limit."""
    told = work(phase(*[waits(0.01)] * 1000), controller_share=0.25)
    assert seconds(told, 1, 2, 4, 8) == close(10, 5, 2.5, 2.5)
    computed = work(phase(*[computes(0.01)] * 1000), controller_share=0.5)
    assert seconds(computed, 1, 2, 4) == close(10, 7.5, 7.5)


def test_what_does_not_depend_on_agents_is_added() -> None:
    """To collect, above all."""
    assert seconds(work(phase(waits(1.0)), fixed_seconds=3.0), 1, 2) == close(4, 4)


def test_nothing_takes_no_time() -> None:
    """Empty tests, or none."""
    assert seconds(work(phase(*[waits(0.0)] * 3)), 1, 2) == [0.0, 0.0]
    assert seconds(work(phase()), 1, 2) == [0.0, 0.0]


def test_a_program_that_computes_on_two_cpus_needs_both() -> None:
    """Its processes have computed longer than it took."""
    assert seconds(work(phase(*[Piece(1.0, 2.0)] * 4)), 1, 2) == close(4, 4)


def test_what_jobs_need_is_honoured_on_every_number_of_agents() -> None:
    """Two CPUs each, of two: no number helps. Of a database there are two, for three jobs."""
    large, db = Want(needs=Needs(cpus=2.0)), Want(needs=Needs(counts=TWO.counts[:1]))
    jobs = phase(*[Piece(1.0, 0.0, large)] * 4, Piece(1.0, 0.0))
    found = work(jobs, supply=TWO, wants=((large, 4), (NO_WANT, 1)))
    assert seconds(found, 1, 2, 4) == close(5, 5, 5)
    jobs = phase(*[Piece(1.0, 0.0, db)] * 3)
    assert seconds(work(jobs, supply=TWO, wants=((db, 3),)), 1, 2, 3) == close(3, 3, 3)


def test_there_is_no_replay_of_too_many_different_needs() -> None:
    """It would take long; but what is in nobody's way is nothing."""
    locks = [Want(needs=Needs(writes=(f"lock {number}",))) for number in range(100)]
    jobs = phase(*[Piece(1.0, 0.0, lock) for lock in locks])
    assert what_ifs(work(jobs, supply=TWO, wants=tuple((lock, 2) for lock in locks)), (1, 2)) == ()
    alone = work(jobs, supply=TWO, wants=tuple((lock, 1) for lock in locks))
    assert seconds(alone, 1, 2) == close(100, 50)


SOME_NEEDS = [
    Needs(),
    Needs(cpus=2.0),
    Needs(cpus=0.5),
    Needs(counts=TWO.counts, serial=True),
    Needs(counts=(Count(name="db", number=1),)),
    Needs(reads=("x",)),
    Needs(writes=("x",)),
    Needs(exclusive=True),
]


@pytest.mark.parametrize("seed", range(6))
def test_it_foresees_what_the_run_itself_would_do(seed: int) -> None:
    """Its own decisions, with time that is only counted: tests of random lengths and needs."""
    chance = random.Random(seed)  # noqa: S311 - a workload, no secret
    lengths = [chance.uniform(0.1, 0.6) for _ in range(60)]
    kinds = chance.sample(SOME_NEEDS, 3 + seed % 3)
    tests = [a_test(n, path=f"test_{n // 10}.py", needs=chance.choice(kinds)) for n in range(60)]
    known = a_history(tests, *lengths)
    for agents in (1, 2, 4):
        there = ResourceSettings(counts=TWO.counts)
        plan = planned(tests, agents=agents, history=known, resources=there)
        wants = {test: Want(one.needs) for one in demands_of(plan) for test in one.tests}
        own = [wants.get(TestId(number), NO_WANT) for number in range(60)]
        jobs = phase(*(Piece(one, 0.0, want) for one, want in zip(lengths, own, strict=True)))
        whole = work(jobs, supply=plan.supply, wants=tuple(numbers_of(own).items()))
        took = TimedRun(plan, lengths).ended
        assert seconds(whole, agents) == [pytest.approx(took, rel=0.15)]


JOBS = st.lists(
    st.tuples(st.floats(0.0, 10.0), st.floats(0.0, 1.0)).map(lambda t: Piece(t[0], t[0] * t[1])),
    max_size=30,
)


@given(jobs=JOBS, cpus=st.sampled_from([0.5, 1.0, 2.0, 7.0]), agents=st.integers(1, 20))
def test_no_number_beats_what_is_possible(jobs: list[Piece], cpus: float, agents: int) -> None:
    """Neither faster than any order could be, nor slower than one agent that computes alone."""
    (took,) = seconds(work(phase(*jobs), cpus=cpus), agents)
    total = sum(job.seconds for job in jobs)
    longest = max((job.seconds for job in jobs), default=0.0)
    assert took >= max(longest, total / agents) * 0.99 - 1e-6
    assert took >= sum(job.cpu_seconds for job in jobs) / cpus * 0.9 - 0.1
    assert took <= total / min(cpus, 1.0) * 1.01 + 1e-6
