"""The unit of scheduling: tests that stay together."""

from __future__ import annotations

from collections.abc import Container

from pytest_agentorch.model.frozen import Frozen, replace
from pytest_agentorch.model.ids import SlotId, TestId

Places = frozenset[SlotId] | None
"""The slots that may run something; None for all."""


class Unit(Frozen):
    """Tests that stay together and in order.

    Attributes:
        places: the slots that can run them; None for all.
        dealt: the one of these that is to run them, as long as there is a way; None for any.
        sticky: never split, whatever waits.
        chain: each of them runs when the one before has its verdict.
        shares: they share a fixture or a parameter: they are split only for an idle agent.
        memory: the most that one of them needs, in bytes; 0 if nobody knows.
        copies: how many agents may have it at once; it is a single test if there are several.
        priority: what has a higher one begins before.
    """

    tests: tuple[TestId, ...]
    places: Places = None
    dealt: SlotId | None = None
    sticky: bool = False
    chain: bool = False
    shares: bool = False
    memory: int = 0
    copies: int = 1
    priority: int = 0

    @property
    def pieces(self) -> int:
        """Among how many agents it can be divided."""
        return self.copies if self.sticky else len(self.tests)

    @property
    def waits_for(self) -> Places:
        """The slots for which it waits."""
        return self.places if self.dealt is None else frozenset({self.dealt})

    def part(self, tests: Container[TestId]) -> Unit | None:
        """What stays together of these tests: all of it, if it is never split; None for nothing."""
        some = tuple(test for test in self.tests if test in tests)
        if not some:
            return None
        return self if self.sticky else replace(self, tests=some)

    def suits(self, slot: SlotId) -> bool:
        """Whether an agent of a slot may have it."""
        return self.dealt in (None, slot) and (self.places is None or slot in self.places)
