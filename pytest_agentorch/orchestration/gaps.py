"""Gaps: what an agent does while it runs no test, and not for ever. Pure.

| an agent | so long at most |
|---|---|
| comes up: imports, conftests, a collection | the time-out of a test, or 300 s if that is less |
| has tests and has not begun the next one: it imports a file, or tears down | the same, or 60 s |

As long as it does not get on, the tests in its hand wait, and a suspect that it was started for.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from pytest_agentorch.model.ids import AgentId, TestId
from pytest_agentorch.orchestration.agent_record import AgentRecord, AgentState
from pytest_agentorch.orchestration.deadlines import SLEPT_SECONDS
from pytest_agentorch.orchestration.policy import Policy
from pytest_agentorch.orchestration.registry import AgentRegistry
from pytest_agentorch.orchestration.schedule import Schedule

LEAST_SECONDS = 60.0
LEAST_SECONDS_TO_COME = 300.0
"""An import may take longer than any test, and nobody has said how long."""

_Gap = tuple[AgentState, TestId | None]
"""Where an agent is, and the test that it is to begin."""


class Gaps:
    """Knows since when each agent that has something to do is in no test."""

    def __init__(self, policy: Policy, schedule: Schedule, registry: AgentRegistry) -> None:
        self._timeout = policy.timeout
        self._grace = policy.grace_seconds
        self._schedule = schedule
        self._registry = registry
        self._since: dict[AgentId, tuple[_Gap, float]] = {}

    @property
    def next_at(self) -> float | None:
        """When there is something to look at."""
        ends = (at + self._limit(gap) for gap, at in self._since.values())
        return min(ends, default=None)

    def watch(self, at: float) -> None:
        """Take note of where the agents are."""
        before, self._since = self._since, {}
        for agent, gap in self._gaps() if self._timeout else ():
            known, since = before.get(agent, (gap, at))
            self._since[agent] = gap, since if known == gap else at

    def late(self, at: float) -> Sequence[tuple[AgentRecord, str]]:
        """Return the agents that have had their time, and for what."""
        self.watch(at)
        late = []
        for agent, (gap, since) in self._since.items():
            seconds = at - since - self._limit(gap)
            if seconds >= SLEPT_SECONDS:
                self._since[agent] = gap, at - self._limit(gap) + self._grace
            elif seconds >= 0:
                what = "get ready" if gap[1] is None else "begin a test"
                why = f"it did not {what} in {self._limit(gap):g} s"
                late.append((self._registry.live[agent], why))
        return late

    def _gaps(self) -> Iterator[tuple[AgentId, _Gap]]:
        for agent, record in self._registry.live.items():
            hand = self._schedule.hands.get(agent)
            if record.state.is_coming:
                yield agent, (record.state, None)
            elif (
                record.state is AgentState.ACTIVE
                and hand is not None
                and hand.started is None
                and hand.queued
            ):
                yield agent, (record.state, hand.queued[0])

    def _limit(self, gap: _Gap) -> float:
        least = LEAST_SECONDS_TO_COME if gap[1] is None else LEAST_SECONDS
        return max(self._timeout, least) if self._timeout else math.inf
