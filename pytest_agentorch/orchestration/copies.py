"""Copies: tests that several agents run at once, of which the first result counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pytest_agentorch.model.ids import AgentId, TestId
from pytest_agentorch.orchestration.hand import Hand
from pytest_agentorch.orchestration.phase_progress import Home


class Copies:
    """Part of the schedule.

    Attributes:
        possible: whether there are such tests.
        void: whose copy of which test counts no more, until it has ended.
    """

    def __init__(self, homes: Mapping[TestId, Home], hands: Mapping[AgentId, Hand]) -> None:
        self._homes = homes
        self._hands = hands
        self.possible = any(home.unit.copies > 1 for home in homes.values())
        self.void: dict[AgentId, TestId] = {}

    def is_scattered(self, test: TestId) -> bool:
        """Whether several agents may run a test at once."""
        return self._homes[test].unit.copies > 1

    def holders(self, test: TestId) -> list[AgentId]:
        """The agents that have a copy that counts."""
        return [
            agent
            for agent, hand in self._hands.items()
            if self.void.get(agent) != test and test in hand.tests()
        ]

    def covers(self, test: TestId | None) -> bool:
        """Whether another copy of a test is with an agent, or waits: nobody has to be blamed."""
        if test is None or not self.is_scattered(test):
            return False
        lanes = self._homes[test].phase.lanes.values()
        return bool(self.holders(test)) or any(
            test in unit.tests for lane in lanes for unit in lane
        )

    def uncovered(self, tests: Iterable[TestId]) -> Iterable[TestId]:
        """Those of some tests of which there is no other copy."""
        return [test for test in tests if not self.covers(test)] if self.possible else tests

    def cancel(self, agent: AgentId, test: TestId) -> None:
        """What an agent has counts no more. Its phase is not over before that has ended."""
        self.void[agent] = test
        self._homes[test].phase.void += 1

    def end(self, agent: AgentId, tests: Iterable[TestId]) -> list[TestId]:
        """Tests are with an agent no more; return those that count."""
        void, some = self.void.get(agent), list(tests)
        if void is None or void not in some:
            return some
        del self.void[agent]
        self._homes[void].phase.void -= 1
        return [test for test in some if test != void]
