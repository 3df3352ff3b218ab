"""The gauge: the most that each agent has taken, told now and then. Pure.

| since it was told last | it is told |
|---|---|
| never | at the first look |
| 1 s, and an agent has had 64 MiB more than ever before, or is new | at the next look |
| 10 s | at the next look |
| the agent ends | at once |
"""

from __future__ import annotations

from pytest_agentorch.model.event import AgentsMeasured, AgentsSampled
from pytest_agentorch.model.ids import AgentId
from pytest_agentorch.model.memory_event import AgentSample
from pytest_agentorch.model.memory_limit import NOTABLE_BYTES
from pytest_agentorch.orchestration.decision import Draft

TELL_SECONDS = 10.0
LEAST_SECONDS = 1.0


class Gauge:
    """Keeps the most, and knows what has been told of it."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._most: dict[AgentId, AgentSample] = {}
        self._told: dict[AgentId, AgentSample] = {}
        self._told_at = float("-inf")

    def take(self, event: AgentsSampled) -> None:
        """Take in what agents take now."""
        for sample in event.samples:
            self._most[sample.agent] = _more(self._most.get(sample.agent), sample)
        passed = event.at - self._told_at
        has_jumped = passed >= LEAST_SECONDS and any(map(self._has_jumped, self._most))
        if has_jumped or passed >= TELL_SECONDS:
            self._tell(event.at)

    def end(self, agent: AgentId, at: float) -> None:
        """An agent has ended."""
        most = self._most.pop(agent, None)
        self._told.pop(agent, None)
        if most is not None:
            self._draft.publish(AgentsMeasured(most=(most,), at=at))

    def _has_jumped(self, agent: AgentId) -> bool:
        told = self._told.get(agent)
        return told is None or self._most[agent].memory - told.memory >= NOTABLE_BYTES

    def _tell(self, at: float) -> None:
        news = [most for agent, most in self._most.items() if most != self._told.get(agent)]
        if news:
            self._told, self._told_at = {**self._most}, at
            self._draft.publish(AgentsMeasured(most=tuple(news), at=at))


def _more(before: AgentSample | None, now: AgentSample) -> AgentSample:
    if before is None:
        return now
    some = [one.open_files for one in (before, now) if one.open_files is not None]
    return AgentSample(
        agent=now.agent,
        memory=max(before.memory, now.memory),
        cpu_seconds=max(before.cpu_seconds, now.cpu_seconds),
        threads=max(before.threads, now.threads),
        open_files=max(some, default=None),
    )
