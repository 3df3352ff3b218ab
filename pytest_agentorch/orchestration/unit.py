"""The unit of scheduling: tests that stay together."""

from __future__ import annotations

from pytest_agentorch.model.frozen import Frozen
from pytest_agentorch.model.ids import SlotId, TestId


class Unit(Frozen):
    """Tests that stay together and in order.

    Attributes:
        slot: the only slot that may run them; None for any.
        sticky: never split, whatever waits.
        shares: they share a fixture or a parameter: they are split only for an idle agent.
        memory: the most that one of them needs, in bytes; 0 if nobody knows.
    """

    tests: tuple[TestId, ...]
    slot: SlotId | None = None
    sticky: bool = False
    shares: bool = False
    memory: int = 0

    @property
    def pieces(self) -> int:
        """Among how many agents it can be divided."""
        return 1 if self.sticky else len(self.tests)
