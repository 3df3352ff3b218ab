"""What is measured is a value."""

from __future__ import annotations

from pytest_agentorch.model.measured import Measured


def test_the_same_lines_are_the_same_value() -> None:
    """So that whoever sums them up may use sets."""
    one = Measured(agent="gw0", phase="unit", context="", file="a.py", lines=(1, 2))
    same = Measured(agent="gw0", phase="unit", context="", file="a.py", lines=(1, 2))
    other = Measured(agent="gw0", phase="unit", context="", file="a.py", arcs=((1, 2),))
    assert len({one, same, other}) == 2
