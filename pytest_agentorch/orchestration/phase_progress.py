"""How far one phase is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from pytest_agentorch.model.ids import SlotId
from pytest_agentorch.orchestration.lane import Lane
from pytest_agentorch.orchestration.plan import PhasePlan
from pytest_agentorch.orchestration.unit import Unit


class PhaseProgress:
    """One phase while it runs.

    Attributes:
        lanes: what waits, by the slot that it is bound to; None for any slot.
        unfinished: tests that still need a verdict.
        busy: agents with tests of this phase in hand.
        loose: tests in hands that have not started and may go to another.
        stopped: whether no test of it may start any more, although others may.
    """

    def __init__(self, plan: PhasePlan) -> None:
        by_slot: dict[SlotId | None, list[Unit]] = {None: []}
        for unit in plan.units:
            by_slot.setdefault(unit.slot, []).append(unit)
        self.plan = plan
        self.lanes = {slot: Lane(units) for slot, units in by_slot.items()}
        self.unfinished = plan.tests
        self.busy = 0
        self.loose = 0
        self.started = False
        self.finished = self.stopped = False

    @property
    def demand(self) -> int:
        """How many more agents it could employ with tests that any slot may run."""
        return max(0, min(self.plan.agents - self.busy, self.lanes[None].pieces))

    def openings(self, kept: int = 0) -> int:
        """How many more agents it could employ if those that have tests shared all but so many."""
        shared = self.lanes[None].pieces + self.loose - kept
        return max(0, min(self.plan.agents - self.busy, shared))

    def waits_for(self, slot: SlotId) -> bool:
        """Whether tests wait that this slot alone may run."""
        own = self.lanes.get(slot)
        return own is not None and own.tests > 0

    def lanes_for(self, slot: SlotId) -> Iterable[Lane]:
        """Where an agent of this slot finds its work."""
        own = self.lanes.get(slot)
        return (self.lanes[None],) if own is None else (own, self.lanes[None])


@dataclass(slots=True, eq=False)
class Home:
    """Where the tests of a unit belong.

    Attributes:
        unfinished: those that still need a verdict.
    """

    phase: PhaseProgress
    unit: Unit
    unfinished: int = field(init=False)

    def __post_init__(self) -> None:
        self.unfinished = len(self.unit.tests)

    def finish_one(self) -> None:
        """One of them needs no verdict any more."""
        self.unfinished -= 1
        self.phase.unfinished -= 1
