"""Scatter and gather: the first result of a test that several agents run is its verdict.

| an agent | has a copy of a test that has its result, and |
|---|---|
| has not begun it | is asked to give it back |
| runs it | is asked to end it, and is ended if it does not |

What it says of that copy counts no more.
"""

from __future__ import annotations

from pytest_agentorch.model.copy_event import CopyEnded
from pytest_agentorch.model.event import TestFinished
from pytest_agentorch.model.ids import TestId
from pytest_agentorch.orchestration.agent_record import AgentRecord
from pytest_agentorch.orchestration.command import TakeBackTests
from pytest_agentorch.orchestration.decision import Draft
from pytest_agentorch.orchestration.registry import AgentRegistry
from pytest_agentorch.orchestration.schedule import Schedule
from pytest_agentorch.orchestration.timeouts import Timeouts


class Scatter:
    """Cancels copies."""

    def __init__(
        self, schedule: Schedule, registry: AgentRegistry, timeouts: Timeouts, draft: Draft
    ) -> None:
        self._schedule = schedule
        self._registry = registry
        self._timeouts = timeouts
        self._draft = draft

    def takes_start(self, record: AgentRecord, test: TestId, at: float) -> bool:
        """Whether what has begun counts no more; it is to end then."""
        is_void = self._schedule.copies.void.get(record.agent) == test
        if is_void:
            self._timeouts.cancel(record, test, at)
        return is_void

    def takes(self, event: TestFinished) -> bool:
        """Whether what has ended counts no more; if not, all other copies are cancelled."""
        copies, agent, test = self._schedule.copies, event.agent, event.test
        if not copies.possible:
            return False
        if copies.void.get(agent) == test:
            copies.end(agent, [test])
            ended = CopyEnded(agent=agent, test=test, seconds=event.seconds, at=event.at)
            self._draft.publish(ended)
            return True
        if copies.is_scattered(test):
            self._schedule.agenda.remove([test])
            for other in copies.holders(test):
                self._cancel(self._registry.live[other], test, event.at)
        return False

    def _cancel(self, record: AgentRecord, test: TestId, at: float) -> None:
        self._schedule.copies.cancel(record.agent, test)
        if self._schedule.hands[record.agent].started == test:
            self._timeouts.cancel(record, test, at)
        else:
            record.asked_back += 1
            self._draft.order(TakeBackTests(agent=record.agent, tests=(test,)))
