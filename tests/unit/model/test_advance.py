"""What a plugin answers that wants tests to run earlier than planned."""

from __future__ import annotations

from pytest_agentorch.model.advance import Advance
from pytest_agentorch.model.event import PhaseReviewed, TestsAdvanced
from pytest_agentorch.model.ids import PhaseName, TestId
from pytest_agentorch.model.record import lift, lower


def test_it_is_kept_in_the_event_log() -> None:
    """The wish, and what became of it."""
    wishes = Advance(tests=("a.py",), reason="why"), Advance(tests=(), reason="", phase="e2e")
    event = PhaseReviewed(phase=PhaseName("unit"), wave=0, vetoes=(), advances=wishes, at=1.0)
    assert lift(PhaseReviewed, lower(event)) == event
    advanced = TestsAdvanced(phase=PhaseName("e2e"), tests=(TestId(3),), reason="why", at=1.0)
    assert lift(TestsAdvanced, lower(advanced)) == advanced
