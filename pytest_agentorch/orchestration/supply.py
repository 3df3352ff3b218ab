"""How much there is for a run. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from pytest_agentorch.model.needs import Needs
from pytest_agentorch.model.settings import Settings
from pytest_agentorch.model.supply import THOUSANDTHS, Supply
from pytest_agentorch.orchestration.demand import usable_cpus


def supply_of(settings: Settings, needs: Iterable[Needs]) -> Supply:
    """Return what the tests of a run may use at the same time.

    Memory is limited where somebody has said how much there is, or how much a test needs.
    """
    counts = settings.resources.memory or any(one.memory for one in needs)
    return Supply(
        cpus=usable_cpus(settings) * THOUSANDTHS,
        memory=budget(settings) if counts else 0,
        counts=settings.resources.counts,
        asked=settings.resources.memory > 0,
    )


def budget(settings: Settings) -> int:
    """How many bytes the processes of a run may have together; 0 if nobody knows."""
    return settings.memory or settings.resources.memory
