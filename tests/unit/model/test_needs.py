"""What tests need."""

from __future__ import annotations

from pytest_agentorch.model.needs import NO_NEEDS, Count, Needs
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
