"""The supply of a run: how much there is of what its tests share."""

from __future__ import annotations

from pytest_agentorch.model.frozen import Frozen
from pytest_agentorch.model.needs import Count

THOUSANDTHS = 1000
"""CPUs are counted in these, so that what is released is what was allocated."""


class Supply(Frozen):
    """What there is.

    Attributes:
        cpus: in thousandths; 0 if they are not counted.
        memory: in bytes; 0 if it is not limited.
        counts: of each named resource.
        asked: whether somebody has said how much memory there is. If not, no agent stays idle for
            a mere guess.
    """

    cpus: int = 0
    memory: int = 0
    counts: tuple[Count, ...] = ()
    asked: bool = False

    def share(self, agents: int) -> int:
        """How much of the CPUs each of some agents has, whatever its tests need."""
        return min(THOUSANDTHS, self.cpus // max(1, agents))
