"""Limits of memory, in words, and what is notable at all."""

from __future__ import annotations

from pytest_agentorch.model.frozen import Frozen
from pytest_agentorch.model.size import size

NOTABLE_BYTES = 64 << 20
"""A test is told of that has had so much more than was there before it."""
SLUG = "memory-limit"


class Excess(Frozen):
    """More memory than an agent may have.

    Attributes:
        memory: how many bytes it had.
        limit: how many it may have.
        at: when that was seen.
    """

    memory: int
    limit: int
    at: float

    def __str__(self) -> str:
        return too_much(self.memory, self.limit)


def too_much(memory: int, limit: int) -> str:
    """Say that an agent has had more than `memory_hard` allows."""
    return f"its agent had {size(memory)}, {size(limit)} are allowed (memory_hard)"
