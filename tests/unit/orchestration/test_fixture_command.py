"""What may be wanted of hosts."""

from __future__ import annotations

from typing import get_args

from pytest_agentorch.model.frozen import Frozen
from pytest_agentorch.orchestration import fixture_command as do


def test_every_command_is_in_the_union() -> None:
    """The `match` of who performs them is exhaustive."""
    made = {v for v in vars(do).values() if isinstance(v, type) and v.__module__ == do.__name__}
    assert made == set(get_args(do.FixtureCommand))
    assert all(issubclass(kind, Frozen) and kind.__doc__ for kind in made)
