"""One moment at which the orchestrator wants to be woken."""

from __future__ import annotations

from pytest_agentorch.orchestration.alarm import Alarm
from pytest_agentorch.orchestration.command import WakeAt
from pytest_agentorch.orchestration.decision import Draft


def test_it_rings_at_the_earliest_moment() -> None:
    """And is not set anew for what comes later than that."""
    draft = Draft()
    alarm = Alarm(draft)
    alarm.need(None)
    assert draft.decision().commands == ()
    alarm.need(7.0, None, 5.0)
    assert draft.decision().commands == (WakeAt(at=5.0),)
    alarm.need(6.0)
    alarm.need(5.0)
    assert draft.decision().commands == ()
    alarm.need(4.0)
    assert draft.decision().commands == (WakeAt(at=4.0),)


def test_when_it_has_rung_it_can_be_set_again() -> None:
    """Not before: a moment that somebody else wanted is none of its business."""
    draft = Draft()
    alarm = Alarm(draft)
    alarm.need(5.0)
    draft.decision()
    alarm.ring(4.0)
    alarm.need(6.0)
    assert draft.decision().commands == ()
    alarm.ring(5.0)
    alarm.need(6.0)
    assert draft.decision().commands == (WakeAt(at=6.0),)
