"""What a plugin answers that wants phases not to run."""

from __future__ import annotations

from pytest_agentorch.model.event import PhaseReviewed
from pytest_agentorch.model.ids import PhaseName
from pytest_agentorch.model.record import lift, lower
from pytest_agentorch.model.veto import Veto


def test_it_is_kept_in_the_event_log() -> None:
    """With the phases that it names, or none."""
    vetoes = Veto(reason="no network"), Veto(reason="", phases=("e2e",))
    event = PhaseReviewed(phase=PhaseName("unit"), wave=0, vetoes=vetoes, at=1.0)
    assert lift(PhaseReviewed, lower(event)) == event
