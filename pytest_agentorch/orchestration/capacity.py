"""The capacity of a run: how much there is of what its tests share."""

from __future__ import annotations

from pytest_agentorch.model.frozen import Frozen
from pytest_agentorch.model.needs import Count
from pytest_agentorch.model.settings import Settings

THOUSANDTHS = 1000
"""CPUs are counted in these, so that what is released is what was allocated."""


class Capacity(Frozen):
    """What there is.

    Attributes:
        cpus: in thousandths; 0 if they are not counted.
        memory: in bytes; 0 if it is not limited.
        counts: of each named resource.
    """

    cpus: int = 0
    memory: int = 0
    counts: tuple[Count, ...] = ()


def capacity_of(settings: Settings) -> Capacity:
    """Return what the tests of a run may use at the same time."""
    return Capacity(
        cpus=round(settings.cpus * THOUSANDTHS),
        memory=settings.resources.memory,
        counts=settings.resources.counts,
    )
