"""What tests may have to wait for at all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_agentorch.model.ids import TestId
from pytest_agentorch.model.needs import NO_NEEDS, Count, Needs, ResourceSettings
from pytest_agentorch.model.supply import Supply
from pytest_agentorch.orchestration.contention import Contention, contention
from pytest_agentorch.orchestration.leases import Leases, request_for
from pytest_agentorch.orchestration.ledger import Lease, Ledger
from tests.unit.orchestration.plans import a_test, planned

GIB = 1 << 30
THERE = Supply(cpus=2000, memory=4 * GIB, counts=(Count(name="db", number=2),))


def db(number: int) -> Needs:
    """So many of them."""
    return Needs(counts=(Count(name="db", number=number),))


READS, WRITES = Needs(reads=("x",)), Needs(writes=("x",))
SERIAL, ALONE = Needs(serial=True), Needs(exclusive=True)


def left(*needs: Needs, agents: int = 2) -> tuple[Needs, ...]:
    """What is left of the needs of these tests."""
    return contention(needs, THERE, agents).needs


@pytest.mark.parametrize(
    "needs",
    [
        (READS, READS, READS),
        (WRITES, NO_NEEDS),
        (SERIAL, NO_NEEDS, NO_NEEDS),
        (db(1), db(1), db(1)),
        (db(2), NO_NEEDS),
        (Needs(cpus=0.5), Needs(cpus=1.0), NO_NEEDS),
        (Needs(memory=GIB), Needs(memory=3 * GIB)),
    ],
)
def test_what_can_be_in_nobodys_way_is_dropped(needs: tuple[Needs, ...]) -> None:
    """Then nobody waits, and nothing is counted."""
    assert left(*needs) == ()


@pytest.mark.parametrize(
    "needs",
    [
        (READS, READS, WRITES),
        (WRITES, WRITES),
        (SERIAL, SERIAL, NO_NEEDS),
        (ALONE, NO_NEEDS),
        (db(1), db(2)),
        (Needs(cpus=1.5), NO_NEEDS),
        (Needs(memory=2 * GIB), Needs(memory=3 * GIB)),
        # Nobody knows how much the other will need.
        (Needs(memory=GIB), NO_NEEDS),
    ],
)
def test_what_may_have_to_wait_stays_as_it_is(needs: tuple[Needs, ...]) -> None:
    """For whoever is in its way, too. On a single agent there is nobody."""
    assert left(*needs) == needs
    assert left(*needs, agents=1) == ()


def test_each_need_is_looked_at_by_itself() -> None:
    """What is left of one test is what others may keep it from having."""
    some = Needs(cpus=0.5, counts=db(1).counts, reads=("x", "y"), serial=True)
    assert left(some, WRITES, NO_NEEDS) == (READS, WRITES, NO_NEEDS)
    assert left(some, WRITES)[1] == WRITES
    assert left(NO_NEEDS, ALONE)[0] is NO_NEEDS


def test_the_more_agents_the_more_are_in_the_way() -> None:
    """Three databases are too many, and so is a CPU for each of three."""
    assert left(db(1), db(1), db(1), agents=3) == (db(1),) * 3
    assert left(Needs(cpus=1.0), NO_NEEDS, NO_NEEDS, agents=3)[0] == Needs(cpus=1.0)
    assert left(Needs(cpus=0.5), NO_NEEDS, NO_NEEDS, agents=3) == ()
    # There is work for two of them, which have a CPU each.
    assert left(Needs(cpus=1.5), NO_NEEDS, agents=4)[0] == Needs(cpus=1.5)


def test_memory_that_nobody_waits_for_is_not_counted() -> None:
    """Otherwise what nobody has declared would be guessed."""
    one = Needs(memory=GIB)
    assert contention((one, one), THERE, 2).supply.memory == 0
    assert contention((one, NO_NEEDS), THERE, 2).supply.memory == 4 * GIB
    assert contention((), THERE, 2) == Contention(supply=THERE)


def test_a_plan_says_what_somebody_has_written_and_waits_for_what_is_left() -> None:
    """Tests that wait for nothing stay with their neighbours."""
    tests = [a_test(n, path="test_a.py", needs=READS) for n in range(3)]
    plan = planned(tests, resources=ResourceSettings(memory=GIB))
    assert plan.needs == (READS,) * 3
    assert [unit.tests for unit in plan.phases[0].units] == [(0, 1, 2)]
    assert not Leases(planned(tests)).active


ANY = st.builds(
    Needs,
    cpus=st.sampled_from([None, 0.25, 0.5, 1.0, 2.0]),
    memory=st.sampled_from([None, GIB // 2, GIB, 4 * GIB]),
    counts=st.sampled_from([(), db(1).counts, db(2).counts]),
    reads=st.sampled_from([(), ("x",), ("y",)]),
    writes=st.sampled_from([(), ("x",), ("z",)]),
    serial=st.booleans(),
    exclusive=st.sampled_from([False, False, True]),
)


@given(needs=st.lists(ANY, min_size=1, max_size=6), agents=st.integers(1, 5), data=st.data())
def test_dropping_needs_lets_nothing_run_that_had_to_wait(
    needs: list[Needs], agents: int, data: st.DataObject
) -> None:
    """Whatever may run at the same time by what is left may do so by all that was asked for."""
    tests = [a_test(n, needs=one) for n, one in enumerate(needs)]
    there = ResourceSettings(memory=4 * GIB, counts=THERE.counts)
    plan = planned(tests, agents=agents, resources=there)
    numbers = st.lists(st.integers(0, len(needs) - 1), unique=True, max_size=agents)
    chosen = data.draw(numbers)
    leases, whole = Leases(plan), _Asked(plan.supply, len(plan.slots))
    share = plan.supply.share(len(plan.slots))
    left = [leases.needs(TestId(n)) for n in chosen]
    asked = [request_for(leases.ledger, share, one, one.memory or 0) for one in left]
    if all(isinstance(leases.ledger.allocate(one), Lease) for one in asked):
        assert all(whole.has_room(needs[test]) for test in chosen)


class _Asked:
    """All that tests ask for, nothing dropped."""

    def __init__(self, supply: Supply, agents: int) -> None:
        self._ledger = Ledger(supply)
        self._share = supply.share(agents)

    def has_room(self, needs: Needs) -> bool:
        """Whether one more has what it has asked for."""
        cpus = self._share if needs.cpus is None else int(needs.cpus * 1000)
        takes = {"\0cpus": cpus, "\0memory": needs.memory or 0}
        takes |= {one.name: one.number for one in needs.counts}
        writes = [*needs.writes, *["\0run"] * needs.exclusive, *["\0serial"] * needs.serial]
        reads = [lock for lock in (*needs.reads, "\0run") if lock not in writes]
        request = self._ledger.request(takes, reads, writes, special=True)
        return isinstance(self._ledger.allocate(request), Lease)
