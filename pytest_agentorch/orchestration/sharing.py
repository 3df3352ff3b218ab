"""Sharing: what an agent could do without when another has nothing to do."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from pytest_agentorch.model.ids import AgentId, TestId
from pytest_agentorch.orchestration.hand import Hand
from pytest_agentorch.orchestration.phase_progress import Home, PhaseProgress

Offer = tuple[AgentId, tuple[TestId, ...]]
"""An agent, and tests in its queue that another could have."""

MOST_LOOKED_AT = 64
"""So many claimed tests are looked at, one by one, for an agent that lacks some tests."""


class Spare(NamedTuple):
    """What a hand could do without.

    Attributes:
        claimed: so many of the last claimed tests.
        queued: these, which must be taken back first.
    """

    claimed: int = 0
    queued: tuple[TestId, ...] = ()

    @property
    def total(self) -> int:
        """How many tests."""
        return self.claimed + len(self.queued)


def spare(
    hand: Hand, thief: Hand, phases: Collection[PhaseProgress], homes: Mapping[TestId, Home]
) -> Spare:
    """Say what an idle agent could have of a hand, in some phases.

    The next test stays if none has started: else the one would be idle instead of the other.
    """

    def is_loose(test: TestId) -> bool:
        home = homes[test]
        return not home.unit.sticky and home.phase in phases and thief.can_run(test, home)

    keep = 0 if hand.started is not None else 1
    queued = tuple(test for test in itertools.islice(hand.queued, keep, None) if is_loose(test))
    claimed = len(hand.claimed) - (0 if hand.queued else keep)
    if claimed <= 0 or not is_loose(hand.claimed[-1]):
        return Spare(queued=queued)
    if thief.missing:
        last = itertools.islice(reversed(hand.claimed), min(claimed, MOST_LOOKED_AT))
        claimed = sum(1 for _ in itertools.takewhile(is_loose, last))
    return Spare(claimed, queued)


def most_to_spare(
    thief: Hand,
    hands: Mapping[AgentId, Hand],
    phases: Collection[PhaseProgress],
    homes: Mapping[TestId, Home],
    asked: Collection[AgentId],
) -> tuple[AgentId | None, Spare]:
    """Choose who shares with an idle agent: best one that can at once or was not asked yet."""
    owner, best, best_rank = None, Spare(), (False, 0)
    for agent, hand in hands.items() if phases else ():
        some = spare(hand, thief, phases, homes)
        rank = (bool(some.claimed) or agent not in asked, some.total)
        if some.total and rank > best_rank:
            owner, best, best_rank = agent, some, rank
    return owner, best


def spare_block(hand: Hand, thief: Hand, homes: Mapping[TestId, Home]) -> tuple[TestId, ...]:
    """Say what an idle agent could have of a hand as a whole only, in order; nothing if nothing.

    That is the last unit, if it must not be divided and none of it has started; or all that the
    hand has of its last phase, which has its agents but loses this one. Something to run stays.
    """
    size = len(hand.queued) + len(hand.claimed)
    if not size:
        return ()
    last = homes[hand.claimed[-1] if hand.claimed else hand.queued[-1]]
    whole = len(last.unit.tests) if last.unit.sticky else hand.phases[last.phase.plan.name]
    if whole > size or not (hand.started is not None or whole < size):
        return ()
    block = tuple(itertools.islice((*hand.queued, *hand.claimed), size - whole, None))
    belongs = all(
        homes[test].unit is last.unit
        if last.unit.sticky
        else homes[test].phase is last.phase and not homes[test].unit.sticky
        for test in block
    )
    may_enter = thief.may_enter(last.phase) or whole == hand.phases[last.phase.plan.name]
    can_run = all(thief.can_run(test, homes[test]) for test in block)
    return block if belongs and may_enter and can_run else ()


def blocks_to_spare(
    thief: Hand,
    hands: Mapping[AgentId, Hand],
    homes: Mapping[TestId, Home],
    asked: Collection[AgentId],
) -> Iterator[Offer]:
    """What an idle agent could have as a whole: best of one that was not asked for any yet."""
    for agent, hand in sorted(hands.items(), key=lambda pair: pair[0] in asked):
        block = spare_block(hand, thief, homes) if hand is not thief else ()
        if block:
            yield agent, block
