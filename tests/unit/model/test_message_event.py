"""What is told of messages, as events."""

from __future__ import annotations

from typing import get_args

from pytest_agentorch.model import event as ev
from pytest_agentorch.model.message_event import MessageIncident


def test_they_belong_to_the_one_vocabulary() -> None:
    """They are incidents, each with a slug, and so in the event log."""
    kinds = set(get_args(MessageIncident))
    assert kinds < set(get_args(ev.Incident))
    assert kinds < set(get_args(ev.Event))
    assert len({kind.slug for kind in kinds}) == len(kinds)
