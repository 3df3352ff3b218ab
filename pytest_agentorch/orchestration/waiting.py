"""Waiting: who waits, how often others began meanwhile, and what follows. Pure.

What needs much would wait for ever if others were served whenever they fit. So for one that was
passed by too often something is reserved: what it lacks is granted to nobody else. An agent holds
its lease only as long as it has something to do, so all of it comes back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from pytest_agentorch.model.event import Observed, TestFinished
from pytest_agentorch.model.ids import AgentId, TestId
from pytest_agentorch.orchestration.agent_record import AgentState
from pytest_agentorch.orchestration.registry import AgentRegistry
from pytest_agentorch.orchestration.schedule import Schedule

PASSED_PER_SLOT = 2
"""So many tests, for each slot, begin before one that waits."""


class Waiter(NamedTuple):
    """What waits.

    Attributes:
        tests: one, or those of a unit.
        agent: the only one that may have it; None if any may that can run it.
        is_suspect: it is for a fresh agent.
    """

    tests: tuple[TestId, ...]
    agent: AgentId | None = None
    is_suspect: bool = False


class Waiting:
    """Reserves what has waited for too long, and calls agents away for it."""

    def __init__(self, schedule: Schedule, registry: AgentRegistry) -> None:
        self._schedule = schedule
        self._registry = registry
        self._most = PASSED_PER_SLOT * len(registry.slots)
        self._passed: dict[TestId, int] = {}

    def count(self, agent: AgentId) -> None:
        """An agent begins, or goes on: whoever waits was passed by.

        But for ordinary tests that it could run instead: they wait for nothing but an agent.
        """
        leases = self._schedule.leases
        if not leases.active:
            return
        passed = {}
        for waiter in self._waiters():
            test = waiter.tests[0]
            is_special = leases.request(test).rank.special
            counts = is_special or leases.lacks(test, agent) is not None
            passed[test] = self._passed.get(test, 0) + counts
        self._passed = passed

    def look(self, events: Iterable[Observed]) -> None:
        """See who goes on: whoever has ended a test and has another begins that one.

        Then choose for whom something is kept free: who was passed by most often, if too often.
        """
        if not self._schedule.leases.active:
            return
        held = self._schedule.leases.held
        ended = {event.agent for event in events if isinstance(event, TestFinished)}
        for agent in ended & held.keys():
            self.count(agent)
        self._reserve()

    def is_called(self, agent: AgentId) -> bool:
        """Whether something is kept free that this agent is to run."""
        return agent in self._schedule.leases.called

    def calls_away(self, agent: AgentId) -> bool:
        """Whether an agent gets nothing more, since it could then run what is reserved for."""
        leases = self._schedule.leases
        if leases.reserved is None or agent not in leases.called or agent not in leases.held:
            return False
        return leases.lacks(leases.reserved, agent) is None

    def recalls(self, agent: AgentId) -> bool:
        """Whether an agent should come to its end soon, with what it has begun."""
        leases = self._schedule.leases
        is_reserved = leases.reserved is not None
        return is_reserved and (self.calls_away(agent) or leases.is_in_the_way(agent))

    def _reserve(self) -> None:
        """Choose for whom something is kept free: who was passed by most often, if too often."""
        leases = self._schedule.leases
        before = leases.reserved
        leases.reserve(None)
        late = [test for test, passed in self._passed.items() if passed > self._most]
        waiters = {waiter.tests[0]: waiter for waiter in self._waiters()} if late else {}
        for test in sorted(late, key=self._passed.__getitem__, reverse=True):
            servants = self._servants(waiters[test]) if test in waiters else set()
            if servants:
                leases.reserve(test, servants)
                break
        self._schedule.changes += leases.reserved != before

    def _waiters(self) -> Iterator[Waiter]:
        """Of all that lack the same the first, and what is next of what nobody was refused."""
        schedule, is_next = self._schedule, True
        for key, lane in schedule.agenda.open_lanes():
            yield from map(Waiter, (unit.tests for unit in lane.refused()))
            if is_next or key.places is not None:
                for unit in lane.untried():
                    is_next = is_next and key.places is not None
                    yield Waiter(unit.tests)
        for agent, hand in schedule.hands.items():
            if hand.claimed and hand.idle:
                yield Waiter((hand.claimed[0],), agent)
        for test in schedule.suspects:
            yield Waiter((test,), is_suspect=True)

    def _servants(self, waiter: Waiter) -> set[AgentId]:
        """The agents that could run what waits, or will when they have nothing to do."""
        active = [record.agent for record in self._registry.in_state(AgentState.ACTIVE)]
        return {agent for agent in active if self._serves(agent, waiter)}

    def _serves(self, agent: AgentId, waiter: Waiter) -> bool:
        hand, homes = self._schedule.hands[agent], self._schedule.homes
        if waiter.agent is not None:
            return agent == waiter.agent
        home = homes[waiter.tests[0]]
        if not all(hand.can_run(test, home) for test in waiter.tests) or hand.ration is not None:
            return False
        for_suspect = hand.idle and self._registry.live[agent].fresh
        if waiter.is_suspect or (for_suspect and self._schedule.suspects):
            return waiter.is_suspect and for_suspect
        bound = hand.claimed and homes[hand.claimed[0]].unit.sticky
        return not bound and hand.may_enter(home.phase)
