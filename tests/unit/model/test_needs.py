"""What tests need."""

from __future__ import annotations

from pytest_agentorch.model.needs import NO_NEEDS, Count, Needs, together
from pytest_agentorch.model.record import lift, lower


def test_they_cross_the_wire_and_can_be_looked_up() -> None:
    """Many tests have the same ones."""
    needs = Needs(
        cpus=0.5, memory=1 << 30, counts=(Count(name="postgres", number=2),), reads=("schema",)
    )
    again = lift(Needs, lower(needs))
    assert again == needs
    assert {needs: 1}[again] == 1
    assert needs != NO_NEEDS == Needs()


def test_two_needs_together_are_the_larger_of_each_and_all_locks() -> None:
    """A lock that is written is not read besides; nothing is the larger of nothing."""
    one = Needs(
        cpus=0.5,
        counts=(Count(name="a", number=2), Count(name="b", number=1)),
        reads=("x", "y"),
        serial=True,
    )
    other = Needs(
        cpus=0.25, memory=5, counts=(Count(name="a", number=1),), writes=("y",), exclusive=True
    )
    both = Needs(
        cpus=0.5,
        memory=5,
        counts=one.counts,
        reads=("x",),
        writes=("y",),
        exclusive=True,
        serial=True,
    )
    assert together(one, other) == together(other, one) == both
    assert together(NO_NEEDS, NO_NEEDS) == NO_NEEDS
