"""What some tests of a plan need, as somebody has written it and as earlier runs have seen it."""

from __future__ import annotations

from pytest_agentorch.model.frozen import Frozen
from pytest_agentorch.model.ids import TestId
from pytest_agentorch.model.needs import NO_NEEDS, Needs


class Demand(Frozen):
    """What each of some tests needs.

    Attributes:
        memory: what it is known to take, in bytes; 0 if nobody knows, or nothing depends on it.
    """

    tests: tuple[TestId, ...]
    needs: Needs = NO_NEEDS
    memory: int = 0
