"""A decision is put together in a draft."""

from __future__ import annotations

from pytest_agentorch.model import event as ev
from pytest_agentorch.orchestration import command as do
from pytest_agentorch.orchestration.decision import Decision, Draft


def test_a_draft_keeps_the_order_and_begins_anew() -> None:
    """Events and commands of one decision; the next one is empty."""
    draft = Draft()
    first, second = ev.TimePassed(at=1.0), ev.TimePassed(at=2.0)
    draft.publish(first)
    draft.order(do.WakeAt(at=3.0))
    draft.publish(second)
    assert draft.decision() == Decision(events=(first, second), commands=(do.WakeAt(at=3.0),))
    assert draft.decision() == Decision(events=(), commands=())
