"""Limits of memory: what becomes of an agent that has too much. Pure.

| an agent with more than `memory_hard` | it |
|---|---|
| runs a test that began before it was looked at | is killed, and the test fails |
| is in no test, as at the look before | is killed, and nobody is blamed |
| is to be replaced anyway | is left to it |

What it has started counts.

| after a test an agent alone has | and | it is replaced |
|---|---|---|
| more than `memory_soft` | had less after its first test | now |
| more than `memory_soft` | had more after that: so would the next one | when it is 64 MiB more |
| more than `memory_hard` | | now |

What must stay together is not divided: then it is replaced after that. A test that has ended and
knows that it had more than `memory_hard` has failed without all this.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from pytest_agentorch.model.event import AgentGrown, AgentsSampled, SoftLimitLow, TestFinished
from pytest_agentorch.model.frozen import replace
from pytest_agentorch.model.ids import AgentId
from pytest_agentorch.model.memory_event import AgentSample, MemoryExceeded, MemoryShort
from pytest_agentorch.model.memory_limit import NOTABLE_BYTES, Excess, amounts
from pytest_agentorch.orchestration.agent_record import AgentRecord
from pytest_agentorch.orchestration.command import KillAgent, TakeBackTests
from pytest_agentorch.orchestration.decision import Draft
from pytest_agentorch.orchestration.gauge import Gauge
from pytest_agentorch.orchestration.policy import Policy
from pytest_agentorch.orchestration.pressure import Pressure
from pytest_agentorch.orchestration.registry import AgentRegistry
from pytest_agentorch.orchestration.schedule import Schedule

FEW_TESTS = 5
"""When so many have ended they say something of the others."""


class MemoryLimits:
    """Watches what agents take."""

    def __init__(
        self,
        policy: Policy,
        schedule: Schedule,
        registry: AgentRegistry,
        draft: Draft,
        allow: Callable[[int | None], None],
    ) -> None:
        self._soft = policy.memory_soft
        self._hard = policy.memory_hard
        self._schedule = schedule
        self._registry = registry
        self._draft = draft
        self._allow = allow
        self._gauge = Gauge(draft)
        self._pressure = Pressure(len(registry.slots), policy.memory)
        self._least: float = math.inf
        self._most_in_test: dict[AgentId, int] = {}
        self._above: set[AgentId] = set()
        self._told_low = False
        self._ended = 0

    def take(self, event: AgentsSampled | AgentGrown) -> bool:
        """Take note of an event; say whether there is something else to be done for it."""
        if isinstance(event, AgentGrown):
            record = self._registry.live.get(event.agent)
            if record is not None and event.agent in self._schedule.hands:
                self._grown(record, event)
            return False
        self._gauge.take(event)
        live = self._registry.live
        here = [one for one in event.samples if one.agent in live]
        # What is at its end gives back what it has.
        here = [one for one in here if not live[one.agent].state.is_going]
        for sample in here:
            self._look(live[sample.agent], sample, event.at)
        return self._learn(here) | self._look_at_all(replace(event, samples=tuple(here)))

    def _learn(self, samples: Sequence[AgentSample]) -> bool:
        """Where tests take little, others may need less than was thought: say whether they do."""
        most = max((sample.memory for sample in samples), default=0)
        changed = bool(most) and self._ended >= FEW_TESTS and self._schedule.agenda.see(most)
        self._schedule.changes += changed
        return changed

    def _look_at_all(self, event: AgentsSampled) -> bool:
        """Let fewer agents be busy while memory is short; say whether that has changed."""
        before, busy = self._pressure.allowed, 0
        for hand in self._schedule.hands.values():
            busy += not hand.idle
        if not self._pressure.look(event, busy):
            return False
        allowed = self._pressure.allowed
        if before is None and allowed is not None:
            budget = self._pressure.budget
            told = MemoryShort(agents=allowed, total=event.total, budget=budget, at=event.at)
            self._draft.publish(told)
        self._allow(allowed)
        return True

    def _grown(self, record: AgentRecord, event: AgentGrown) -> None:
        """An agent has more than it may keep; it tells so before the end of the test."""
        if record.ran == 0:
            record.begins_with = event.memory
        if record.ran == 0 and self._soft and not self._told_low:
            self._told_low = True
            limit = self._soft
            told = SoftLimitLow(agent=record.agent, memory=event.memory, limit=limit, at=event.at)
            self._draft.publish(told)
        must_go = bool(self._hard) and event.memory > self._hard
        has_grown = not record.begins_with or event.memory - record.begins_with >= NOTABLE_BYTES
        record.outgrown = record.outgrown or must_go or has_grown

    def end_test(self, record: AgentRecord, event: TestFinished) -> TestFinished:
        """A test has ended: return that with what it has taken, and tell if that was too much."""
        record.ran += 1
        self._ended += 1
        seen = self._most_in_test.pop(record.agent, 0)
        if seen > event.memory and seen - self._least >= NOTABLE_BYTES:
            event = replace(event, memory=seen)
        if self.fails(event):
            self._draft.publish(
                MemoryExceeded(
                    agent=event.agent,
                    test=event.test,
                    memory=event.memory,
                    limit=self._hard,
                    at=event.at,
                )
            )
        return event

    def fails(self, event: TestFinished) -> bool:
        """Whether a test has failed for what it had: it would do the same again."""
        return 0 < self._hard < event.memory and bool(event.failures)

    def retire(self, record: AgentRecord) -> bool:
        """Whether an agent that has just ended a test goes no further; take back what it has."""
        if not record.outgrown:
            return False
        hand = self._schedule.hands[record.agent]
        last = self._schedule.homes[record.before[-1]].unit
        if last.sticky and any(self._schedule.homes[test].unit is last for test in hand.tests()):
            return False
        if hand.claimed and not self._schedule.homes[hand.claimed[0]].unit.sticky:
            # Before what is given back: that comes before it.
            self._schedule.relinquish(record.agent)
        if hand.queued and not record.leaving:
            record.asked_back += 1
            self._draft.order(TakeBackTests(agent=record.agent, tests=tuple(hand.queued)))
        record.leaving = True
        return True

    def lose(self, record: AgentRecord, at: float) -> None:
        """An agent is gone."""
        self._gauge.end(record.agent, at)
        self._most_in_test.pop(record.agent, None)
        self._above.discard(record.agent)

    def _look(self, record: AgentRecord, sample: AgentSample, at: float) -> None:
        agent, memory = record.agent, sample.memory
        hand = self._schedule.hands.get(agent)
        runs = hand is not None and hand.started is not None
        if runs and record.started_at < at:
            self._most_in_test[agent] = max(self._most_in_test.get(agent, 0), memory)
        self._least = min(self._least, memory)
        if not self._hard or memory <= self._hard or record.excess is not None:
            self._above.discard(agent)
        elif runs:
            if record.started_at < at:
                self._kill(record, memory, at)
        elif not record.outgrown:
            if agent in self._above:
                self._kill(record, memory, at)
            self._above.add(agent)

    def _kill(self, record: AgentRecord, memory: int, at: float) -> None:
        record.excess = Excess(memory=memory, limit=self._hard, at=at)
        record.reason = f"it had {amounts(memory, self._hard)}"
        self._draft.order(KillAgent(agent=record.agent))
