"""Gaps: what an agent does between two tests, and not for ever. Pure.

It imports the file of the next one there, and tears down what the last one has left. As long as it
has not begun, the tests in its hand wait.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from pytest_agentorch.model.ids import AgentId, TestId
from pytest_agentorch.orchestration.agent_record import AgentRecord, AgentState
from pytest_agentorch.orchestration.deadlines import SLEPT_SECONDS
from pytest_agentorch.orchestration.policy import Policy
from pytest_agentorch.orchestration.registry import AgentRegistry
from pytest_agentorch.orchestration.schedule import Schedule

LEAST_SECONDS = 60.0
"""An import may take longer than any test, and nobody has said how long."""


class Gaps:
    """Knows since when each agent that has tests has not begun the next one.

    Attributes:
        limit: how long that may be, in seconds.
    """

    def __init__(self, policy: Policy, schedule: Schedule, registry: AgentRegistry) -> None:
        self.limit = max(policy.timeout, LEAST_SECONDS) if policy.timeout else math.inf
        self._grace = policy.grace_seconds
        self._schedule = schedule
        self._registry = registry
        self._since: dict[AgentId, tuple[TestId, float]] = {}

    @property
    def next_at(self) -> float | None:
        """When there is something to look at."""
        earliest = min((at for _, at in self._since.values()), default=math.inf) + self.limit
        return None if earliest == math.inf else earliest

    def watch(self, at: float) -> None:
        """Take note of where the agents are."""
        before, self._since = self._since, {}
        for record in self._registry.in_state(AgentState.ACTIVE):
            hand = self._schedule.hands[record.agent]
            if hand.started is None and hand.queued:
                test = hand.queued[0]
                known, since = before.get(record.agent, (test, at))
                self._since[record.agent] = test, since if known == test else at

    def late(self, at: float) -> Sequence[AgentRecord]:
        """Return the agents that have had their time."""
        self.watch(at)
        late = []
        for agent, (test, since) in self._since.items():
            seconds = at - since - self.limit
            if seconds >= SLEPT_SECONDS:
                self._since[agent] = test, at - self.limit + self._grace
            elif seconds >= 0:
                late.append(self._registry.live[agent])
        return late
