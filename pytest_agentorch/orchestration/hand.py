"""What one agent has in hand, and how far one phase is: the two records of the schedule."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

from pytest_agentorch.model.ids import SlotId, TestId
from pytest_agentorch.orchestration.plan import PhasePlan, Unit


@dataclass(slots=True)
class Hand:
    """What one agent has: `claimed` is reserved here, `queued` is with the agent already."""

    slot: SlotId
    missing: frozenset[TestId]
    claimed: deque[TestId] = field(default_factory=deque)
    queued: deque[TestId] = field(default_factory=deque)
    started: TestId | None = None

    @property
    def idle(self) -> bool:
        """Whether the agent itself has nothing to do."""
        return self.started is None and not self.queued

    def tests(self) -> Iterable[TestId]:
        """Everything in this hand, in the order in which it will run."""
        if self.started is not None:
            yield self.started
        yield from self.queued
        yield from self.claimed


@dataclass(slots=True)
class PhaseProgress:
    """How far a phase is."""

    plan: PhasePlan
    unfinished: int
    waiting: deque[Unit]
    started: bool = False
    finished: bool = False
