"""Who was given which tests, when, and what an agent has of them. Pure."""

from __future__ import annotations

from collections import defaultdict

from pytest_agentorch.model.event import (
    CopyEnded,
    TestFinished,
    TestRetried,
    TestsAssigned,
    TestsMissing,
    TestsReturned,
)
from pytest_agentorch.model.ids import AgentId, TestId

AssignmentEvent = (
    TestsAssigned | TestsReturned | TestsMissing | TestRetried | CopyEnded | TestFinished
)


class Assignments:
    """Takes the events of a run in order."""

    def __init__(self) -> None:
        self._given: list[TestsAssigned] = []
        self._indexed = 0
        self._moments: defaultdict[tuple[TestId, AgentId], list[float]] = defaultdict(list)
        self._hands: defaultdict[AgentId, dict[TestId, None]] = defaultdict(dict)

    def on_event(self, event: AssignmentEvent) -> None:
        """Take note of one event."""
        match event:
            case TestFinished() | CopyEnded():
                self._hands[event.agent].pop(event.test, None)
            case TestsAssigned():
                self._given.append(event)
                self._hands[event.agent].update(dict.fromkeys(event.tests))
            case TestRetried():
                self._hands[event.failed.agent].pop(event.failed.test, None)
            case _:
                for test in event.tests:
                    self._hands[event.agent].pop(test, None)

    def in_hand(self, agent: AgentId) -> tuple[TestId, ...]:
        """What an agent has been given and has not ended, in that order."""
        return tuple(self._hands[agent])

    def at(self, test: TestId, agent: AgentId, started: float) -> float | None:
        """When an agent was given a test that it began then; None if nobody knows."""
        for event in self._given[self._indexed :]:
            for one in event.tests:
                self._moments[one, event.agent].append(event.at)
        self._indexed = len(self._given)
        before = [at for at in self._moments.get((test, agent), ()) if at <= started]
        return before[-1] if before else None
