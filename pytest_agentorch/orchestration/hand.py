"""What one agent has in hand."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from pytest_agentorch.model.ids import PhaseName, SlotId, TestId
from pytest_agentorch.orchestration.isolation import Ration
from pytest_agentorch.orchestration.phase_progress import Home, PhaseProgress


@dataclass(slots=True)
class Hand:
    """What one agent has: `claimed` is reserved here, `queued` is with the agent already.

    Attributes:
        missing: the tests that it has not collected, as far as is known.
        claimed: the rest of one unit.
        phases: how many tests of which phase are in this hand.
        rations: under isolation, of each test what an agent runs beside it at most; else empty.
        ration: the one that this agent has begun.
        seats: phases in which it keeps its place until it is gone: its fixtures may live so long.
    """

    slot: SlotId
    missing: frozenset[TestId]
    claimed: deque[TestId] = field(default_factory=deque)
    queued: deque[TestId] = field(default_factory=deque)
    started: TestId | None = None
    phases: dict[PhaseName, int] = field(default_factory=dict)
    rations: Sequence[Ration] = ()
    ration: Ration | None = None
    seats: list[PhaseProgress] = field(default_factory=list)

    @property
    def idle(self) -> bool:
        """Whether the agent itself has nothing to do."""
        return self.started is None and not self.queued

    @property
    def next(self) -> TestId | None:
        """The next test that it has claimed, if it may have that one."""
        return self.claimed[0] if self.claimed and self.may_have(self.claimed[0]) else None

    @property
    def waits(self) -> bool:
        """Whether its agent has nothing to do until it may hold what its next test needs."""
        return self.idle and self.next is not None

    def tests(self) -> Iterable[TestId]:
        """Everything in this hand, in the order in which it will run."""
        if self.started is not None:
            yield self.started
        yield from self.queued
        yield from self.claimed

    def has_queued(self, tests: Iterable[TestId]) -> bool:
        """Whether all of these are with the agent and have not started.

        It may give one back that it says meanwhile not to have.
        """
        return set(tests) <= self.missing.union(self.queued)

    def may_enter(self, phase: PhaseProgress) -> bool:
        """Whether it may have tests of a phase: it has some, or fewer agents than allowed have."""
        return phase.busy < phase.plan.agents or phase.plan.name in self.phases

    def can_run(self, test: TestId, home: Home) -> bool:
        """Whether it has collected a test and works in the right slot."""
        return test not in self.missing and home.unit.suits(self.slot)

    def may_have(self, test: TestId) -> bool:
        """Whether it may run a test after what it has run already."""
        return self.ration is None or self.rations[test] == self.ration

    def allot(self, test: TestId) -> None:
        """Queue a test; under isolation it is of this agent's ration."""
        self.queued.append(test)
        if self.rations:
            self.ration = self.rations[test]

    def gain(self, home: Home, tests: int) -> None:
        """Take note of tests that it has from now on and that have not started."""
        phase = home.phase
        if phase.plan.name not in self.phases:
            phase.busy += 1
            if self.rations:
                self.seats.append(phase)
                self.phases[phase.plan.name] = 1
        self.phases[phase.plan.name] = self.phases.get(phase.plan.name, 0) + tests
        if not home.unit.sticky:
            phase.loose[home.unit.waits_for] += tests

    def begin(self, test: TestId, home: Home) -> None:
        """Take note that a queued test has started."""
        self.queued.remove(test)
        self.started = test
        if not home.unit.sticky:
            home.phase.loose[home.unit.waits_for] -= 1

    def put_down(self, homes: Mapping[TestId, Home]) -> TestId | None:
        """Take the started test out."""
        started, self.started = self.started, None
        if started is not None:
            self.lose(homes[started], started=True)
        return started

    def lack(self, tests: frozenset[TestId]) -> list[TestId]:
        """Take out tests that it turns out not to have collected; return them."""
        had = [test for test in (*self.queued, *self.claimed) if test in tests]
        self.missing |= tests
        self.queued = deque(test for test in self.queued if test not in tests)
        self.claimed = deque(test for test in self.claimed if test not in tests)
        return had

    def lose(self, home: Home, *, started: bool) -> None:
        """Take note that a test is here no more."""
        phase = home.phase
        self._withdraw(phase)
        if not started and not home.unit.sticky:
            phase.loose[home.unit.waits_for] -= 1

    def vacate(self) -> None:
        """Take note that its process is gone, or as good as gone."""
        for phase in self.seats:
            self._withdraw(phase)
        self.seats.clear()

    def _withdraw(self, phase: PhaseProgress) -> None:
        self.phases[phase.plan.name] -= 1
        if not self.phases[phase.plan.name]:
            del self.phases[phase.plan.name]
            phase.busy -= 1
