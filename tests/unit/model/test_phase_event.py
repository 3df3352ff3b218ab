"""The course of a phase."""

from __future__ import annotations

from pytest_agentorch.model import event as ev
from pytest_agentorch.model import phase_event


def test_they_belong_to_the_one_vocabulary() -> None:
    """Whoever reads events need not know where they are kept."""
    assert ev.PhaseStarted is phase_event.PhaseStarted
    assert ev.PhaseFinished is phase_event.PhaseFinished
