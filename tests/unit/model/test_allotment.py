"""What a process gets."""

from __future__ import annotations

from pytest_agentorch.model.allotment import Allotment
from pytest_agentorch.model.needs import Count
from pytest_agentorch.model.record import lift, lower


def test_it_crosses_the_wire() -> None:
    """With all that is in it."""
    allotment = Allotment(threads=2, cpus=(0, 1), rlimits=(Count(name="nofile", number=100),))
    assert lift(Allotment, lower(allotment)) == allotment
