"""What tests of a run have to share, one after the other."""

from __future__ import annotations

from pytest_agentorch.model.frozen import Frozen
from pytest_agentorch.model.ids import TestId


class Scarce(Frozen):
    """Something of which there is not enough for all tests at once.

    Attributes:
        name: what it is called in a sentence.
        tests: those that need it.
        parts: how much of all that there is each of them has while it runs, up to 1.0.
    """

    name: str
    tests: tuple[TestId, ...]
    parts: tuple[float, ...]
