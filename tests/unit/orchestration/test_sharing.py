"""What an agent can do without."""

from __future__ import annotations

from collections import deque

import pytest

from pytest_agentorch.model.ids import AgentId, SlotId, TestId
from pytest_agentorch.orchestration.hand import Hand
from pytest_agentorch.orchestration.phase_progress import Home
from pytest_agentorch.orchestration.plan import Plan
from pytest_agentorch.orchestration.sharing import (
    MOST_LOOKED_AT,
    Spare,
    most_to_spare,
    spare,
    spare_block,
)
from tests.unit.orchestration.plans import a_phase, a_test, planned, progress, some_tests

PLAN = planned(some_tests(200, unit="fixture"))


def hand(
    *, started: int | None = None, queued: object = (), claimed: object = (), missing: object = ()
) -> Hand:
    """What an agent of the first slot has."""
    return Hand(
        slot=SlotId("gw0"),
        missing=frozenset(missing),  # type: ignore[call-overload]
        queued=deque(queued),  # type: ignore[call-overload]
        claimed=deque(claimed),  # type: ignore[call-overload]
        started=None if started is None else TestId(started),
    )


def spare_of(owner: Hand, thief: Hand | None = None, plan: Plan = PLAN) -> Spare:
    """What a hand could do without, if all phases are open."""
    phases = progress(plan)
    homes = {
        test: Home(phase, unit)
        for phase in phases
        for unit in phase.plan.units
        for test in unit.tests
    }
    return spare(owner, thief or hand(), phases, homes)


def test_everything_behind_the_running_test_is_to_spare() -> None:
    """The queued ones by name, the claimed ones by number."""
    found = spare_of(hand(started=0, queued=[1, 2], claimed=[3, 4, 5]))
    assert found == Spare(3, (TestId(1), TestId(2)))
    assert found.total == 5


def test_the_next_test_stays_if_none_is_running() -> None:
    """Else the owner would be idle instead."""
    assert spare_of(hand(queued=[1, 2])) == Spare(0, (TestId(2),))
    assert spare_of(hand(queued=[1])) == Spare()
    assert spare_of(hand(claimed=[1, 2])) == Spare(1, ())
    assert spare_of(hand(claimed=[1])) == Spare()
    assert spare_of(hand()) == Spare()


def test_what_the_other_lacks_is_of_no_use_to_it() -> None:
    """Of claimed tests only those at the end count: they are taken from there."""
    owner = hand(started=0, queued=[1, 2], claimed=[3, 4, 5])
    assert spare_of(owner, hand(missing=[1, 3])) == Spare(2, (TestId(2),))
    assert spare_of(owner, hand(missing=[5])) == Spare(0, (TestId(1), TestId(2)))


def test_claimed_tests_are_not_all_looked_at() -> None:
    """A unit can be large."""
    owner = hand(started=0, claimed=range(1, 200))
    assert spare_of(owner) == Spare(199)
    assert spare_of(owner, hand(missing=[0])) == Spare(MOST_LOOKED_AT)


def test_a_sticky_unit_is_never_divided() -> None:
    """A group."""
    plan = planned([a_test(n, group="g") for n in range(4)])
    assert spare_of(hand(started=0, queued=[1], claimed=[2, 3]), plan=plan) == Spare()


GROUPS = planned(
    [
        *(a_test(n, group="one") for n in range(2)),
        *(a_test(n, group="two") for n in range(2, 5)),
        a_test(5),
        a_test(6),
        *(a_test(n, "e2e", named=True) for n in range(7, 9)),
    ],
    a_phase("unit"),
    a_phase("e2e", max_agents=1),
)


def block_of(owner: Hand, thief: Hand | None = None, *, others: int = 0) -> tuple[TestId, ...]:
    """What another could have as a whole, if so many others work in the phase of e2e tests."""
    phases = progress(GROUPS)
    homes = {
        test: Home(phase, unit)
        for phase in phases
        for unit in phase.plan.units
        for test in unit.tests
    }
    for test in owner.tests():
        owner.gain(homes[test], 1)
    phases[-1].busy += others
    return spare_block(owner, thief or hand(), homes)


def test_a_group_that_has_not_begun_is_to_spare_as_a_whole() -> None:
    """Queued or claimed, behind something that the owner can run."""
    assert block_of(hand(started=0, queued=[2, 3], claimed=[4])) == (2, 3, 4)
    assert block_of(hand(queued=[0, 1, 2], claimed=[3, 4])) == (2, 3, 4)
    assert block_of(hand(started=5, claimed=[2, 3, 4])) == (2, 3, 4)


def test_a_group_that_has_begun_stays() -> None:
    """It must not be divided."""
    assert block_of(hand(started=2, queued=[3], claimed=[4])) == ()
    assert block_of(hand(started=5, queued=[3, 4])) == ()


def test_the_only_thing_to_run_stays() -> None:
    """Else the owner would be idle instead."""
    assert block_of(hand(queued=[2, 3, 4])) == ()
    assert block_of(hand()) == ()


def test_a_group_goes_only_to_who_has_all_of_it() -> None:
    """One test that it lacks is one too many."""
    assert block_of(hand(started=0, queued=[2, 3, 4]), hand(missing=[3])) == ()


def test_the_permission_of_a_capped_phase_goes_with_all_of_its_tests() -> None:
    """The phase has its agent; it may be another, if this one has none of its tests left."""
    assert block_of(hand(started=5, queued=[7], claimed=[8])) == (7, 8)
    assert block_of(hand(started=7, queued=[8])) == ()
    assert block_of(hand(started=7, queued=[5, 8])) == ()
    assert block_of(hand(started=5, queued=[7, 6, 8])) == ()


@pytest.mark.parametrize(
    ("queued", "claimed", "asked", "owner"),
    [
        # Who has most to spare.
        ((1, 3), (0, 0), (), "gw1"),
        ((3, 1), (0, 0), (), "gw0"),
        # One that was asked already may not answer for long.
        ((3, 1), (0, 0), ("gw0",), "gw1"),
        # But what is only claimed can be had without a word.
        ((3, 1), (2, 0), ("gw0",), "gw0"),
        # There is nobody else.
        ((3, 0), (0, 0), ("gw0",), "gw0"),
        ((0, 0), (0, 0), (), None),
    ],
)
def test_who_shares_with_an_idle_agent(
    queued: tuple[int, int], claimed: tuple[int, int], asked: tuple[str, ...], owner: str | None
) -> None:
    """Two agents run a test each, with so many queued and claimed."""
    phases = progress(PLAN)
    homes = {t: Home(p, u) for p in phases for u in p.plan.units for t in u.tests}
    hands = {
        AgentId(f"gw{n}"): hand(
            started=50 * n,
            queued=range(50 * n + 1, 50 * n + 1 + queued[n]),
            claimed=range(50 * n + 20, 50 * n + 20 + claimed[n]),
        )
        for n in range(2)
    }
    found, some = most_to_spare(hand(), hands, phases, homes, asked)  # type: ignore[arg-type]
    assert found == owner
    assert bool(some.total) is (owner is not None)
