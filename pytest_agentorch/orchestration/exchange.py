"""The exchange: tests go from an agent that has more than one to an agent that has none."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from pytest_agentorch.model.ids import AgentId
from pytest_agentorch.orchestration.hand import Hand
from pytest_agentorch.orchestration.schedule import Schedule
from pytest_agentorch.orchestration.sharing import Offer, block_to_spare, most_to_spare


def share(schedule: Schedule, thief: AgentId, asked: Collection[AgentId] = ()) -> Offer | None:
    """Let an idle agent have half of what the agent with most to spare has to spare.

    What is only claimed goes back to its phase at once and None is returned; what is already
    queued must be taken back first: the agent that has it and the tests are returned. Agents
    that were asked for tests already are the last choice: nobody knows when they answer.
    """
    mine = schedule.hands[thief]
    phases = [phase for phase in schedule.agenda.open if phase.loose and mine.may_enter(phase)]
    hands = generous(schedule) if phases else {}
    owner, best = most_to_spare(mine, hands, phases, schedule.homes, asked)
    if owner is None:
        return _share_block(schedule, mine, asked)
    half = (best.total + 1) // 2
    if not best.claimed:
        return owner, best.queued[-half:]
    schedule.unclaim(owner, min(half, best.claimed))
    return None


def generous(schedule: Schedule) -> Mapping[AgentId, Hand]:
    """The hands of which an agent that holds no lease could run the last test beside them."""
    leases, hands = schedule.leases, schedule.hands
    if not leases.active:
        return hands
    last = {agent: [*hand.queued, *hand.claimed][-1:] for agent, hand in hands.items()}
    return {agent: hands[agent] for agent, tests in last.items() if tests and leases.fits(tests[0])}


def _share_block(schedule: Schedule, thief: Hand, asked: Collection[AgentId]) -> Offer | None:
    """Let an idle agent have what another has not begun, but can have only as a whole.

    While a part of it is taken back, the rest stays claimed: `return_` adds it.
    """
    owner, block = block_to_spare(thief, schedule.hands, schedule.homes, asked)
    if owner is None:
        return None
    if schedule.leases.active and not schedule.leases.fits(block[0]):
        return None
    queued = tuple(test for test in block if test in schedule.hands[owner].queued)
    if not queued:
        schedule.unclaim(owner, len(block))
    return (owner, queued) if queued else None
