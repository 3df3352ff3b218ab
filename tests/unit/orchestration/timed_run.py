"""A run in which time passes: agents take as long as they are told, and messages take a moment."""

from __future__ import annotations

import heapq
import itertools
from collections import defaultdict, deque
from collections.abc import Callable, Sequence

from pytest_agentorch.model import event as ev
from pytest_agentorch.model.exit_status import ExitStatus
from pytest_agentorch.model.ids import AgentId, SlotId, TestId
from pytest_agentorch.orchestration import command as do
from pytest_agentorch.orchestration.orchestrator import Orchestrator
from pytest_agentorch.orchestration.plan import Plan
from pytest_agentorch.orchestration.policy import Policy
from tests.unit.orchestration.simulated_pool import finished
from tests.unit.orchestration.spinning import forbid_spinning

MESSAGE_SECONDS = 0.001


class TimedRun:
    """Plays a plan to its end, every agent at once there.

    Attributes:
        begun: which test began where, in this order.
        ended: when the last test did.
        most_memory: what tests took together that ran at the same time.
    """

    def __init__(self, plan: Plan, seconds: Sequence[float], memory: Sequence[int] = ()) -> None:
        self._seconds = seconds
        self._memory = memory or [0] * len(seconds)
        self.most_memory = 0
        self._orchestrator = Orchestrator(plan, Policy())
        self._begin_decision = forbid_spinning(self._orchestrator)
        self._now = 0.0
        self._due: list[tuple[float, int, Callable[[], None]]] = []
        self._number = itertools.count()
        self._queues: defaultdict[AgentId, deque[TestId]] = defaultdict(deque)
        self._running: dict[AgentId, TestId] = {}
        self.begun: list[tuple[AgentId, TestId]] = []
        self.ended = 0.0
        self._play(plan.slots[0])

    def _play(self, first: SlotId) -> None:
        agent = self._orchestrator.adopt(first, 1)
        self._tell(ev.PlanMade(tests=(), phases=(), deselected=0, collection_errors=0, at=0.0))
        self._come_up(agent, first)
        while self._due:
            self._now, _, action = heapq.heappop(self._due)
            action()
        assert self._orchestrator.ended

    def _come_up(self, agent: AgentId, slot: SlotId) -> None:
        self._tell(ev.AgentConnected(agent=agent, slot=slot, pid=1, at=self._now))
        self._tell(ev.AgentReady(agent=agent, missing=(), at=self._now))

    def _later(self, seconds: float, action: Callable[[], None]) -> None:
        heapq.heappush(self._due, (self._now + seconds, next(self._number), action))

    def _say(self, event: ev.Observed) -> None:
        self._later(MESSAGE_SECONDS, lambda: self._tell(event))

    def _tell(self, event: ev.Observed) -> None:
        self._begin_decision()
        decision = self._orchestrator.handle(event)
        self._orchestrator.check_invariants()
        for command in decision.commands:
            match command:
                case do.StartAgent(agent=agent, slot=slot):
                    self._later(0.0, lambda agent=agent, slot=slot: self._come_up(agent, slot))  # type: ignore[misc]
                case do.EndRun():
                    pass
                case do.WakeAt():
                    raise AssertionError("nothing here needs to be woken")
                case _:
                    self._later(MESSAGE_SECONDS, lambda told=command: self._hear(told))  # type: ignore[misc]

    def _hear(self, command: do.AssignTests | do.TakeBackTests | do.FinishAgent) -> None:
        agent = command.agent
        queue = self._queues[agent]
        match command:
            case do.AssignTests(tests=tests):
                queue.extend(tests)
                self._begin(agent)
            case do.TakeBackTests(tests=tests):
                given = tuple(test for test in queue if test in tests)
                self._queues[agent] = deque(test for test in queue if test not in given)
                self._say(ev.TestsReturned(agent=agent, tests=given, at=self._now))
            case do.FinishAgent():
                self._say(ev.AgentDone(agent=agent, at=self._now))
                status = ExitStatus(returncode=0)
                self._say(ev.AgentExited(agent=agent, status=status, output="", at=self._now))

    def _begin(self, agent: AgentId) -> None:
        if agent in self._running or not self._queues[agent]:
            return
        test = self._running[agent] = self._queues[agent].popleft()
        self.begun.append((agent, test))
        together = sum(self._memory[other] for other in self._running.values())
        self.most_memory = max(self.most_memory, together)
        self._say(ev.TestStarted(agent=agent, test=test, at=self._now))
        self._later(self._seconds[test], lambda: self._end(agent, test))

    def _end(self, agent: AgentId, test: TestId) -> None:
        del self._running[agent]
        self.ended = self._now
        seconds, memory = self._seconds[test], self._memory[test]
        self._say(finished(agent, test, seconds=seconds, at=self._now, memory=memory))
        self._begin(agent)
