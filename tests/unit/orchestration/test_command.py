"""Commands are data."""

from __future__ import annotations

from typing import get_args

import pytest

from pytest_agentorch.model.frozen import Frozen
from pytest_agentorch.orchestration import command as do

KINDS = get_args(do.Command)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_a_command_is_frozen_and_says_what_it_wants(kind: type) -> None:
    """It is passed around, compared with and printed in stories."""
    assert issubclass(kind, Frozen)
    assert kind.__doc__


def test_every_command_is_in_the_union() -> None:
    """The loop performs each of them: its `match` is exhaustive."""
    made_here = {
        value
        for value in vars(do).values()
        if isinstance(value, type) and value.__module__ == do.__name__
    }
    assert made_here == set(KINDS)
