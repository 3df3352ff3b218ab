"""What agents are made from, as it was forked before any code of the suite has run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_agentorch.model.frozen import Frozen

if TYPE_CHECKING:
    from pytest_agentorch.controller.nursery import NurseryHandle
    from pytest_agentorch.controller.zygote import ZygoteHandle


class EarlyForks(Frozen):
    """What was forked; what is missing was not wanted or could not be.

    Attributes:
        objection: why there is no zygote although one was wanted.
        is_news: whether that could be different here; on a system that never forks it could not.
    """

    zygote: ZygoteHandle | None = None
    nursery: NurseryHandle | None = None
    objection: str | None = None
    is_news: bool = True

    @property
    def reasons(self) -> tuple[str, ...]:
        """What the user is told of why agents are spawned."""
        return () if self.objection is None or not self.is_news else (self.objection,)
