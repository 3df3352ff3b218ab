"""Who has been given which tests."""

from __future__ import annotations

from typing import get_args

from pytest_agentorch.model.assignment_event import TestsAssigned
from pytest_agentorch.model.event import Event


def test_it_is_published_like_any_other() -> None:
    """So it is in the event log."""
    assert TestsAssigned in get_args(Event)
