"""What is called with room never waits for memory of its frame."""

from __future__ import annotations

import pytest

from pytest_agentorch.system.data_stack import with_room

resource = pytest.importorskip("resource")
CALLS = 500


def _leaf() -> None:
    """Be called."""


def _faults() -> int:
    """How many pages this process has needed."""
    count: int = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    return count


def _most_faults(depth: int) -> int:
    """The most pages that were mapped by calls at one of so many depths of the stack."""
    before = _faults()
    for _ in range(CALLS):
        _leaf()
    here = _faults() - before
    return here if depth == 0 else max(here, _most_faults(depth - 1))


def test_no_depth_is_worse_than_another() -> None:
    """Elsewhere there is one where each call maps a page."""
    assert with_room(_most_faults, 300) < CALLS


def test_what_is_called_returns_and_raises() -> None:
    """With its own arguments."""

    def sum_up(one: int, *, two: int) -> int:
        return one + two

    def refuse() -> None:
        raise ValueError("no")

    assert with_room(sum_up, 1, two=2) == 3
    with pytest.raises(ValueError, match="no"):
        with_room(refuse)


def test_a_recursion_ends_as_elsewhere() -> None:
    """The limit of the interpreter is the same."""

    def again() -> None:
        again()

    with pytest.raises(RecursionError):
        with_room(again)
