"""What is demanding waits, but not for ever."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_agentorch.model.needs import NO_NEEDS, Count, Needs, ResourceSettings
from pytest_agentorch.orchestration.plan import Plan
from pytest_agentorch.orchestration.waiting import PASSED_PER_SLOT
from tests.unit.orchestration.plans import a_phase, a_test, planned
from tests.unit.orchestration.timed_run import TimedRun

MIB = 1 << 20
QUEUED = 4
"""So many tests an agent has already, before and after it is known how long tests take."""
THERE = ResourceSettings(memory=4096 * MIB, counts=(Count(name="db", number=2),))
ALONE, ALL_CPUS = Needs(exclusive=True), Needs(cpus=4.0)
BIG = [
    ALONE,
    ALL_CPUS,
    Needs(memory=4096 * MIB),
    Needs(counts=(Count(name="db", number=2),), writes=("schema",)),
]
SMALL = [
    NO_NEEDS,
    Needs(counts=(Count(name="db", number=1),)),
    Needs(reads=("schema",)),
    Needs(serial=True),
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
    run = TimedRun(a_plan([*[NO_NEEDS] * 8, ALONE, Needs(serial=True)], 2), [1.0] * 11)
    assert [place(run, 8), place(run, 9)] == [0, 1]


def test_what_comes_late_waits_for_a_bounded_number_of_others() -> None:
    """Although all agents have enough to do that needs less."""
    for big in BIG:
        seconds = [0.3 + number % 7 / 10 for number in range(102)]
        run = TimedRun(a_plan([*[NO_NEEDS] * 100, big], 4, late=1), seconds)
        assert place(run, 101) == 0
        assert place(run, 100) < (PASSED_PER_SLOT + QUEUED) * 4, big


def test_an_agent_is_called_away_for_what_fits_already() -> None:
    """It needs no more than an agent has anyway, but nobody has nothing to do."""
    run = TimedRun(a_plan([*[NO_NEEDS] * 100, Needs(serial=True)], 2, late=1), [1.0] * 102)
    assert place(run, 100) < QUEUED * 2


def test_nobody_is_called_away_from_neighbours_before_it_is_late() -> None:
    """But then it is, although there are many of them."""
    plan = a_plan([*[NO_NEEDS] * 100, Needs(serial=True)], 2, late=1, file=50)
    began = place(TimedRun(plan, [1.0] * 102), 100)
    assert PASSED_PER_SLOT * 2 < began < (PASSED_PER_SLOT + QUEUED) * 2


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
    """Whatever there is: the run ends, and what needs much is not the last of many."""
    others = sum(some != NO_NEEDS for some in needs)
    needs = [*needs, *[NO_NEEDS] * 60, big]
    lengths = st.sampled_from([0.2, 0.5, 1.0, 3.0])
    seconds = data.draw(st.lists(lengths, min_size=len(needs), max_size=len(needs)))
    seconds.append(0.2)
    run = TimedRun(a_plan(needs, agents, late=1), seconds)
    assert len(run.begun) == len(needs) + 1
    assert place(run, len(needs) - 1) <= others + (PASSED_PER_SLOT + QUEUED) * agents
