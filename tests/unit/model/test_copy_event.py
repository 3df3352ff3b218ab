"""What becomes of copies."""

from __future__ import annotations

from typing import get_args

from pytest_agentorch.model.copy_event import CopyEnded
from pytest_agentorch.model.event import Event


def test_it_is_published_like_any_other() -> None:
    """So it is in the event log."""
    assert CopyEnded in get_args(Event)
