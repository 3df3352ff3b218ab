"""A screen travels to agents."""

from __future__ import annotations

from pytest_agentorch.model.record import lift, lower
from pytest_agentorch.model.screen import Screen


def test_a_screen_arrives_as_it_was() -> None:
    """As the list of its fields."""
    screen = Screen(width=80, marked=True, highlight=False)
    assert lift(Screen, lower(screen)) == screen
