"""Which of the tests that are collected shall run."""

from __future__ import annotations

from pytest_agentorch.model.frozen import Frozen
from pytest_agentorch.model.history import TestKey


class Selection(Frozen):
    """A choice of tests by name.

    Attributes:
        others: it is all but these that shall run.
    """

    tests: tuple[TestKey, ...]
    others: bool = False
