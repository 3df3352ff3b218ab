"""The exchange: tests go from an agent that has more than one to an agent that has none."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Mapping

from pytest_agentorch.model.ids import AgentId, TestId
from pytest_agentorch.orchestration.hand import Hand
from pytest_agentorch.orchestration.schedule import Schedule
from pytest_agentorch.orchestration.sharing import Offer, blocks_to_spare, most_to_spare


def share(schedule: Schedule, thief: AgentId, asked: Collection[AgentId] = ()) -> Offer | None:
    """Let an idle agent have half of what the agent with most to spare has to spare.

    What is only claimed goes back to its phase at once and None is returned; what is already
    queued must be taken back first: the agent that has it and the tests are returned. Agents
    that were asked for tests already are the last choice: nobody knows when they answer.
    """
    mine = schedule.hands[thief]
    phases = [p for p in schedule.agenda.open if any(p.loose.values()) and mine.may_enter(p)]
    hands = generous(schedule) if phases else {}
    owner, best = most_to_spare(mine, hands, phases, schedule.homes, asked)
    half = (best.total + 1) // 2
    if owner is not None and best.claimed:
        schedule.unclaim(owner, min(half, best.claimed))
        return None
    block = None if owner is not None and owner not in asked else _block(schedule, mine, asked)
    if block is not None:
        return _share_block(schedule, *block)
    return None if owner is None else (owner, best.queued[-half:])


def generous(schedule: Schedule) -> Mapping[AgentId, Hand]:
    """The hands of which an agent that holds no lease could run the last test beside them."""
    leases, hands = schedule.leases, schedule.hands
    if not leases.active:
        return hands
    last = {agent: [*hand.queued, *hand.claimed][-1:] for agent, hand in hands.items()}
    return {agent: hands[agent] for agent, tests in last.items() if tests and leases.fits(tests[0])}


def return_tests(
    schedule: Schedule, agent: AgentId, tests: Iterable[TestId], *, stops: bool
) -> list[TestId]:
    """Take tests out of the queue of an agent; return those that are in no hand now.

    What must not be divided was asked for as a whole and stays whole: with the agent if that
    has begun it meanwhile (but not if the run stops), else all of it leaves, claimed or not.
    """
    hand = schedule.hands.get(agent)
    if hand is None:
        return []
    given = set(tests)
    returned = [test for test in hand.queued if test in given]
    hand.queued = deque(test for test in hand.queued if test not in given)
    counting = schedule.copies.end(agent, returned)
    schedule.lose(hand, set(returned).difference(counting))
    returned, rest = counting, []
    if returned and not stops and schedule.homes[returned[0]].unit.sticky:
        unit = schedule.homes[returned[0]].unit.tests
        if hand.started in unit or not schedule.finished.isdisjoint(unit):
            hand.claimed.extendleft(reversed(returned))
            schedule.release(agent, hand)
            return []
        rest = [*hand.claimed]
        hand.claimed.clear()
    schedule.lose(hand, [*returned, *rest])
    schedule.release(agent, hand)
    return [*returned, *rest]


def _block(schedule: Schedule, thief: Hand, asked: Collection[AgentId]) -> Offer | None:
    """What an idle agent can have as a whole only, and may."""
    leases = schedule.leases
    for owner, tests in blocks_to_spare(thief, schedule.hands, schedule.homes, asked):
        if not leases.active or leases.fits(tests[0]):
            return owner, tests
    return None


def _share_block(schedule: Schedule, owner: AgentId, block: tuple[TestId, ...]) -> Offer | None:
    """Let others have what an agent has not begun, but can have only as a whole.

    While a part of it is taken back, the rest stays claimed: `return_` adds it.
    """
    queued = tuple(test for test in block if test in schedule.hands[owner].queued)
    if not queued:
        schedule.unclaim(owner, len(block))
    return (owner, queued) if queued else None
