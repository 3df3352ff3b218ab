"""A choice of tests."""

from __future__ import annotations

from pytest_agentorch.model.history import key_of
from pytest_agentorch.model.record import lift, lower
from pytest_agentorch.model.selection import Selection


def test_it_reaches_an_agent_as_it_was() -> None:
    """It crosses the wire as plain data."""
    chosen = Selection(tests=(key_of("test_a.py::test_a", 0), key_of("test_a.py::test_a", 1)))
    assert lift(Selection, lower(chosen)) == chosen
