"""What earlier runs have learnt."""

from __future__ import annotations

from pytest_agentorch.model.history import History, key_of


def test_a_test_is_called_like_its_node_id() -> None:
    """The second of the same name is another one."""
    assert key_of("test_a.py::test_b", 0) == "test_a.py::test_b"
    assert len({key_of("test_a.py::test_b", number) for number in range(3)}) == 3


def test_at_first_nothing_is_known() -> None:
    """A project that has never run."""
    assert (History().seconds, History().failed) == ({}, frozenset())
