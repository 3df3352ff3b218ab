"""What an agent has in hand, and what a phase knows of it."""

from __future__ import annotations

from collections import deque

from pytest_agentorch.model.ids import SlotId, TestId
from pytest_agentorch.model.settings import Dist
from pytest_agentorch.orchestration.hand import Hand
from pytest_agentorch.orchestration.phase_progress import Home
from tests.unit.orchestration.plans import a_phase, a_test, planned, progress, some_tests

ONE, TWO = TestId(0), TestId(1)


def a_home(**changes: str) -> Home:
    """A unit of two tests of a phase that two agents may work in."""
    phase = progress(planned(some_tests(2, unit="m", **changes)))[0]
    return Home(phase, phase.plan.units[0])


def a_hand(missing: tuple[int, ...] = ()) -> Hand:
    """Nothing yet."""
    return Hand(SlotId("gw0"), frozenset(map(TestId, missing)))


def test_its_tests_are_in_the_order_in_which_they_will_run() -> None:
    """Started, queued, claimed."""
    hand = a_hand()
    hand.claimed.append(TestId(3))
    hand.queued.append(TestId(2))
    hand.started = TestId(1)
    assert [*hand.tests()] == [1, 2, 3]


def test_what_is_queued_has_not_started_and_is_not_only_claimed() -> None:
    """That can be given back."""
    hand = a_hand()
    hand.started, hand.claimed = TestId(1), deque([TestId(4)])
    hand.queued.extend([TestId(2), TestId(3)])
    assert hand.has_queued([TestId(3), TestId(2)])
    assert hand.has_queued([])
    assert not hand.has_queued([TestId(2), TestId(1)])
    assert not hand.has_queued([TestId(4)])


def test_it_loses_what_the_agent_has_not_found() -> None:
    """Queued or claimed; what is given back nevertheless is no surprise."""
    hand = a_hand(missing=(9,))
    hand.queued, hand.claimed = deque([ONE, TWO]), deque([TestId(3), TestId(4)])
    assert hand.lack(frozenset({TWO, TestId(4), TestId(7)})) == [TWO, TestId(4)]
    assert ([*hand.queued], [*hand.claimed]) == ([ONE], [TestId(3)])
    assert hand.missing == {TWO, 4, 7, 9}
    assert hand.has_queued([ONE, TWO])


def test_it_is_idle_without_a_test_that_the_agent_knows_of() -> None:
    """Running or queued; what is only claimed does not count."""
    assert Hand(SlotId("gw0"), frozenset(), claimed=deque([ONE])).idle
    assert not Hand(SlotId("gw0"), frozenset(), queued=deque([ONE])).idle
    assert not Hand(SlotId("gw0"), frozenset(), started=ONE).idle


def test_a_phase_knows_who_is_busy_with_it_and_what_is_loose() -> None:
    """From the claim to the last test."""
    home, hand = a_home(), a_hand()
    phase = home.phase
    hand.gain(home, 2)
    hand.queued.extend([ONE, TWO])
    assert (phase.busy, phase.loose[None], hand.phases) == (1, 2, {"unit": 2})
    hand.begin(ONE, home)
    assert (hand.started, [*hand.queued], phase.loose[None]) == (ONE, [TWO], 1)
    hand.lose(home, started=True)
    assert (phase.busy, phase.loose[None]) == (1, 1)
    hand.lose(home, started=False)
    assert (phase.busy, phase.loose[None], hand.phases) == (0, 0, {})


def test_tests_of_a_sticky_unit_are_never_loose() -> None:
    """They cannot go to another."""
    home, hand = a_home(group="g"), a_hand()
    hand.gain(home, 2)
    hand.queued.append(ONE)
    assert not any(home.phase.loose.values())
    hand.begin(ONE, home)
    hand.lose(home, started=False)
    assert not any(home.phase.loose.values())


def test_a_full_phase_is_open_only_to_those_that_are_in_it() -> None:
    """The cap counts agents, not tests."""
    tests = some_tests(4, named=True)
    phase = progress(planned(tests, a_phase(max_agents=1)))[0]
    home = Home(phase, phase.plan.units[0])
    one, other = a_hand(), a_hand()
    assert one.may_enter(phase)
    one.gain(home, 1)
    assert one.may_enter(phase)
    assert not other.may_enter(phase)


def test_it_can_run_what_it_has_collected_and_what_is_not_bound_elsewhere() -> None:
    """`--agents-dist=each` binds tests to slots."""
    phase = progress(planned([a_test()], dist=Dist.EACH))[0]
    first, second = (Home(phase, unit) for unit in phase.plan.units)
    assert a_hand().can_run(ONE, first)
    assert not a_hand(missing=(0,)).can_run(ONE, first)
    assert not a_hand().can_run(TWO, second)
