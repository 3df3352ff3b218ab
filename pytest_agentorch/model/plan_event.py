"""The plan of a run, as an event."""

from __future__ import annotations

from pytest_agentorch.model.demand import Demand
from pytest_agentorch.model.frozen import Frozen
from pytest_agentorch.model.ids import PhaseName
from pytest_agentorch.model.phase_shape import PhaseShape
from pytest_agentorch.model.planned_test import PlannedTest
from pytest_agentorch.model.settings import Start
from pytest_agentorch.model.supply import Supply


class PlanMade(Frozen):
    """The tests are collected, selected and sorted into phases.

    Attributes:
        start: how agents start; `AUTO` if that was never decided.
        start_reasons: why they are not forked although they might have been, or what was risked.
        shapes: how far each phase may be spread; empty where other numbers of agents say nothing.
        demands: what tests need, each at most once.
        supply: what there is of that.
    """

    tests: tuple[PlannedTest, ...]
    phases: tuple[PhaseName, ...]
    deselected: int
    collection_errors: int
    at: float
    start: Start = Start.AUTO
    start_reasons: tuple[str, ...] = ()
    shapes: tuple[PhaseShape, ...] = ()
    demands: tuple[Demand, ...] = ()
    supply: Supply = Supply()
