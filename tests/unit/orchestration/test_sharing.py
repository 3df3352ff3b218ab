"""What an agent can do without."""

from __future__ import annotations

from collections import deque

from pytest_agentorch.model.ids import SlotId, TestId
from pytest_agentorch.orchestration.hand import Hand
from pytest_agentorch.orchestration.phase_progress import Home, PhaseProgress
from pytest_agentorch.orchestration.plan import Plan
from pytest_agentorch.orchestration.sharing import MOST_LOOKED_AT, Spare, spare
from tests.unit.orchestration.plans import a_test, planned, some_tests

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
    phases = [PhaseProgress(phase) for phase in plan.phases]
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
