"""What is demanding waits, but not for ever."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_agentorch.model.needs import NO_NEEDS, Count, Needs, ResourceSettings
from pytest_agentorch.orchestration.leases import Leases
from pytest_agentorch.orchestration.ledger import Lack
from pytest_agentorch.orchestration.plan import Plan
from pytest_agentorch.orchestration.waiting import PASSED_PER_SLOT
from tests.unit.orchestration.plans import a_history, a_phase, a_test, planned
from tests.unit.orchestration.timed_run import TimedRun

MIB = 1 << 20
QUEUED = 4
"""So many tests an agent has already, before and after it is known how long tests take."""
THERE = ResourceSettings(memory=4096 * MIB, counts=(Count(name="db", number=2),))
DB = Needs(counts=(Count(name="db", number=1),))
ONE_DB = ResourceSettings(counts=DB.counts)
ALONE, ALL_CPUS, SERIAL = Needs(exclusive=True), Needs(cpus=4.0), Needs(serial=True)
BIG = [
    ALONE,
    ALL_CPUS,
    Needs(memory=4096 * MIB),
    Needs(counts=(Count(name="db", number=2),), writes=("schema",)),
]
SMALL = [
    NO_NEEDS,
    DB,
    Needs(reads=("schema",)),
    SERIAL,
]


def a_plan(needs: list[Needs], agents: int, late: int = 0, file: int = 1) -> Plan:
    """Plan tests for four CPUs, the last of them behind a barrier.

    Args:
        needs: of each test.
        agents: at most so many.
        late: so many of the last tests wait until one test of a phase of its own is over.
        file: so many tests are in one file.
    """
    first = len(needs) - late
    tests = [
        a_test(n, "unit" if n < first else "e2e", needs=some, path=f"test_{n // file}.py")
        for n, some in enumerate(needs)
    ]
    tests.append(a_test(len(needs), "first"))
    phases = (a_phase("first"), a_phase("unit"), a_phase("e2e", "first", configured=True))
    return planned(tests, *phases, agents=agents, cpus=4.0, resources=THERE)


def place(run: TimedRun, test: int) -> int:
    """How many tests began before one."""
    return [int(other) for _, other in run.begun].index(test)


def test_what_is_most_demanding_begins_first() -> None:
    """Then nothing runs that it would have to wait for."""
    run = TimedRun(a_plan([*[NO_NEEDS] * 8, ALONE, SERIAL, SERIAL], 2), [1.0] * 12)
    assert [place(run, 8), place(run, 9)] == [0, 1]


def test_what_comes_late_waits_for_a_bounded_number_of_others() -> None:
    """Although all agents have enough to do that needs less."""
    for big in BIG:
        seconds = [0.3 + number % 7 / 10 for number in range(102)]
        run = TimedRun(a_plan([SMALL[1], *[NO_NEEDS] * 99, big], 4, late=1), seconds)
        assert place(run, 101) <= 1
        assert place(run, 100) < (PASSED_PER_SLOT + QUEUED) * 4, big


def test_an_agent_is_called_away_for_what_fits_already() -> None:
    """It needs no more than an agent has anyway, but nobody has nothing to do."""
    run = TimedRun(a_plan([SERIAL, *[NO_NEEDS] * 99, SERIAL], 2, late=1), [1.0] * 102)
    assert place(run, 100) < QUEUED * 2


def test_nobody_is_called_away_from_neighbours_before_it_is_late() -> None:
    """But then it is, although there are many of them."""
    plan = a_plan([SERIAL, *[NO_NEEDS] * 99, SERIAL], 2, late=1, file=50)
    began = place(TimedRun(plan, [1.0] * 102), 100)
    assert PASSED_PER_SLOT * 2 < began < (PASSED_PER_SLOT + QUEUED) * 2


def test_whatever_is_passed_by_too_often_is_served() -> None:
    """Also what needs less than all the others, of which there is always one."""
    writers, reader = [Needs(writes=("schema",))] * 40, Needs(reads=("schema",))
    run = TimedRun(a_plan([*writers, reader], 2, late=1), [1.0] * 42)
    assert place(run, 40) < (PASSED_PER_SLOT + QUEUED) * 2


def test_what_is_kept_free_is_found_by_whom_it_is_for() -> None:
    """Although what others have taken makes its file need less memory than was thought."""
    tests = [
        a_test(0, path="test_big.py"),
        *(a_test(n, path="test_db.py", needs=DB) for n in range(1, 5)),
        *(a_test(n, path="test_small.py") for n in range(5, 45)),
    ]
    there = ResourceSettings(memory=4096 * MIB, counts=ONE_DB.counts)
    plan = planned(tests, agents=3, cpus=2.0, resources=there)
    memory = [650 * MIB, *[150 * MIB] * 4, *[0] * 40]
    assert TimedRun(plan, [0.1, *[1.5] * 4, *[0.15] * 40], memory).ended < 7


@pytest.mark.parametrize("needs", [DB, Needs(writes=("schema",)), Needs(serial=True)])
@pytest.mark.parametrize(("agents", "cpus"), [(2, 2.0), (4, 4.0), (8, 8.0)])
def test_nobody_is_idle_for_one_that_waits_for_a_lock(
    needs: Needs, agents: int, cpus: float
) -> None:
    """Its CPUs come back with it."""
    small = 40 * (agents - 1)
    tests = [a_test(n, needs=needs if n < 4 else NO_NEEDS) for n in range(4 + small)]
    plan = planned(tests, agents=agents, cpus=cpus, resource_limit=1.0, resources=ONE_DB)
    assert TimedRun(plan, [60.0] * 4 + [6.0] * small).ended < 247


@pytest.mark.parametrize(
    "needs", [Needs(reads=("schema",)), Needs(cpus=0.5), Needs(counts=DB.counts), NO_NEEDS]
)
def test_what_conflicts_with_nothing_keeps_its_place_in_the_plan(needs: Needs) -> None:
    """A long test begins first, although others have needs and it has none."""
    tests = [a_test(n, needs=NO_NEEDS if n == 50 else needs) for n in range(201)]
    seconds = [60.0 if n == 50 else 1.0 for n in range(201)]
    four = ResourceSettings(counts=(Count(name="db", number=4),))
    history = a_history(tests, *seconds)
    plan = planned(tests, agents=4, cpus=4.0, resource_limit=1.0, history=history, resources=four)
    run = TimedRun(plan, seconds)
    assert place(run, 50) < 4
    assert run.ended < 66


@pytest.mark.parametrize("conflict", [(), ("schema",)])
def test_it_costs_nothing_that_many_need_something_different(
    conflict: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As many looks as where all need one of two things."""
    looks, lacks = [0], Leases.lacks

    def counted(leases: Leases, *about: Any) -> Lack | None:
        looks[0] += 1
        return lacks(leases, *about)

    monkeypatch.setattr(Leases, "lacks", counted)
    counts = []
    for kinds in (2, 60):
        looks[0] = 0
        needs = [Needs(writes=conflict, reads=(f"lock {n % kinds}",)) for n in range(120)]
        TimedRun(a_plan(needs, 4), [0.01] * 121)
        counts.append(looks[0])
    assert counts[1] < counts[0] * 1.5


@settings(deadline=None, max_examples=60)
@given(
    needs=st.lists(st.sampled_from([*SMALL, *BIG]), min_size=1, max_size=40),
    big=st.sampled_from(BIG),
    agents=st.integers(2, 5),
    data=st.data(),
)
def test_nobody_waits_for_ever(
    needs: list[Needs], big: Needs, agents: int, data: st.DataObject
) -> None:
    """Whatever there is: the run ends, and what needs much is not the last of many.

    Even if something else has waited longer.
    """
    others = sum(some != NO_NEEDS for some in needs)
    needs = [*needs, *[NO_NEEDS] * 60, big]
    lengths = st.sampled_from([0.2, 0.5, 1.0, 3.0])
    seconds = data.draw(st.lists(lengths, min_size=len(needs), max_size=len(needs)))
    seconds.append(0.2)
    plan = a_plan(needs, agents, late=1)
    run = TimedRun(plan, seconds)
    assert len(run.begun) == len(needs) + 1
    if plan.contention.needs and plan.contention.needs[len(needs) - 1] != NO_NEEDS:
        assert place(run, len(needs) - 1) <= others + 2 * (PASSED_PER_SLOT + QUEUED) * agents
