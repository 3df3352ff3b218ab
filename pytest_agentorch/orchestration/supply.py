"""The supply of a run: how much there is of what its tests share. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from pytest_agentorch.model.frozen import Frozen
from pytest_agentorch.model.needs import Count, Needs
from pytest_agentorch.model.settings import Settings
from pytest_agentorch.orchestration.demand import usable_cpus

THOUSANDTHS = 1000
"""CPUs are counted in these, so that what is released is what was allocated."""


class Supply(Frozen):
    """What there is.

    Attributes:
        cpus: in thousandths; 0 if they are not counted.
        memory: in bytes; 0 if it is not limited.
        counts: of each named resource.
    """

    cpus: int = 0
    memory: int = 0
    counts: tuple[Count, ...] = ()


def supply_of(settings: Settings, needs: Iterable[Needs]) -> Supply:
    """Return what the tests of a run may use at the same time.

    Memory is limited where somebody has said how much there is, or how much a test needs.
    """
    counts = settings.resources.memory or any(one.memory for one in needs)
    return Supply(
        cpus=usable_cpus(settings) * THOUSANDTHS,
        memory=budget(settings) if counts else 0,
        counts=settings.resources.counts,
    )


def budget(settings: Settings) -> int:
    """How many bytes the processes of a run may have together; 0 if nobody knows."""
    return settings.memory or settings.resources.memory
