"""Waiting: who waits for a lease, how often others were served meanwhile, and what follows. Pure.

What is demanding would wait for ever if others were served whenever they fit. So one that was
passed by too often is reserved for: whoever holds something gets nothing more that it lacks. An
agent holds its lease only as long as it has something to do, so all of it comes back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from pytest_agentorch.model.event import Observed, TestFinished
from pytest_agentorch.model.ids import AgentId, TestId
from pytest_agentorch.orchestration.agent_record import AgentState
from pytest_agentorch.orchestration.hand import Hand
from pytest_agentorch.orchestration.lane import Lane
from pytest_agentorch.orchestration.ledger import Request
from pytest_agentorch.orchestration.phase_progress import PhaseProgress
from pytest_agentorch.orchestration.registry import AgentRegistry
from pytest_agentorch.orchestration.schedule import Schedule

PASSED_PER_SLOT = 2
"""So many less demanding tests, for each slot, begin before one that waits."""


class Waiter(NamedTuple):
    """What waits: a test, or the first unit of a lane.

    Attributes:
        key: another one for each that waits.
        lane: with its phase; None if an agent waits with a test, or for one.
    """

    key: object
    request: Request
    lane: Lane | None = None
    phase: PhaseProgress | None = None


class Waiting:
    """Reserves what has waited for too long, and calls agents away for it."""

    def __init__(self, schedule: Schedule, registry: AgentRegistry) -> None:
        self._schedule = schedule
        self._registry = registry
        self._most = PASSED_PER_SLOT * len(registry.slots)
        self._passed: dict[object, int] = {}
        self._called: set[AgentId] = set()

    def count(self, agent: AgentId) -> None:
        """An agent begins, or goes on: whoever is more demanding was passed by."""
        leases = self._schedule.leases
        if not leases.active:
            return
        granted = leases.held[agent].request
        passed = {}
        for waiter in self._waiters():
            passed[waiter.key] = self._passed.get(waiter.key, 0)
            passed[waiter.key] += self._passes(granted, waiter.request, agent)
        self._passed = passed

    def count_those_that_went_on(self, events: Iterable[Observed]) -> None:
        """Whoever has ended a test and has another begins that one."""
        held = self._schedule.leases.held
        if held:
            ended = {event.agent for event in events if isinstance(event, TestFinished)}
            for agent in ended & held.keys():
                self.count(agent)

    def reserve(self) -> None:
        """Choose for whom something is kept free: who was passed by most often, if too often."""
        leases, agenda = self._schedule.leases, self._schedule.agenda
        leases.reserved = agenda.preferred = None
        self._called = set()
        late = [key for key, passed in self._passed.items() if passed > self._most]
        if not late:
            return
        waiters = {waiter.key: waiter for waiter in self._waiters()}
        for key in sorted(late, key=self._passed.__getitem__, reverse=True):
            waiter = waiters.get(key)
            servants = set() if waiter is None else self._servants(waiter)
            if waiter is not None and servants:
                leases.reserved, agenda.preferred = waiter.request, waiter.lane
                self._called = servants
                return

    def is_called(self, agent: AgentId) -> bool:
        """Whether something is kept free that this agent is to run."""
        return agent in self._called

    def is_lent(self, agent: AgentId) -> bool:
        """Whether it is to run something else than what it has claimed."""
        return self._schedule.agenda.preferred is not None and self.is_called(agent)

    def calls_away(self, agent: AgentId) -> bool:
        """Whether an agent gets no more ordinary tests, since it could then run what waits.

        Nobody is called away from neighbours that are to stay together before it is really late.
        """
        leases, hand = self._schedule.leases, self._schedule.hands[agent]
        lease = leases.held.get(agent)
        if lease is None:
            return False
        if leases.reserved is not None:
            return agent in self._called and leases.fits_without(agent, leases.reserved)
        if hand.claimed or hand.ration is not None:
            return False
        return any(
            lane.request.rank.special
            and leases.fits_without(agent, lane.request)
            and lane.suits(hand.missing)
            for lane in self._schedule.agenda.lanes_for(hand)
        )

    def recalls(self, agent: AgentId) -> bool:
        """Whether an agent should come to its end soon, with what it has begun."""
        leases = self._schedule.leases
        if leases.reserved is None or agent not in leases.held:
            return False
        return self.calls_away(agent) or leases.is_in_the_way(agent)

    def _passes(self, granted: Request, wanted: Request, agent: AgentId) -> bool:
        """Whether something less demanding was preferred to what is wanted.

        Ordinary tests that would fit wait for nothing but an agent.
        """
        if wanted.rank < granted.rank or wanted == granted:
            return False
        return wanted.rank.special or not self._schedule.leases.fits_without(agent, wanted)

    def _waiters(self) -> Iterator[Waiter]:
        schedule = self._schedule
        for phase in schedule.agenda.open:
            for lane in phase.lanes.values():
                if lane.tests:
                    yield Waiter((lane, lane.taken), lane.request, lane, phase)
        for hand in schedule.hands.values():
            if hand.claimed and hand.idle:
                yield self._waiter(hand.claimed[0])
        for test in schedule.suspects:
            yield self._waiter(test)

    def _waiter(self, test: TestId) -> Waiter:
        return Waiter(test, self._schedule.request(test))

    def _servants(self, waiter: Waiter) -> set[AgentId]:
        """The agents that could run what waits, or will when they have nothing to do."""
        hands = self._schedule.hands
        active = [record.agent for record in self._registry.in_state(AgentState.ACTIVE)]
        return {agent for agent in active if self._serves(hands[agent], agent, waiter)}

    def _serves(self, hand: Hand, agent: AgentId, waiter: Waiter) -> bool:
        schedule = self._schedule
        if waiter.lane is None or waiter.phase is None:
            test = waiter.key
            if hand.claimed and hand.claimed[0] == test:
                return True
            fresh = self._registry.live[agent].fresh and hand.idle and hand.ration is None
            suspected = test in schedule.suspects
            return fresh and suspected and hand.can_run(test, schedule.homes[test])  # type: ignore[index, arg-type]
        bound = hand.claimed and schedule.homes[hand.claimed[0]].unit.sticky
        if bound or hand.ration is not None or not hand.may_enter(waiter.phase):
            return False
        reachable = waiter.phase.lanes_for(hand.slot)
        return any(lane is waiter.lane for lane in reachable) and waiter.lane.suits(hand.missing)
