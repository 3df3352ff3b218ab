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
    """

    zygote: ZygoteHandle | None = None
    nursery: NurseryHandle | None = None
    objection: str | None = None
