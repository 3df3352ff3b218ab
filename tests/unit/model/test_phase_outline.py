"""What a plan says of a phase to those who look on."""

from __future__ import annotations

from pytest_agentorch.model.ids import PhaseName
from pytest_agentorch.model.phase_outline import PhaseOutline


def test_two_with_the_same_content_are_equal() -> None:
    """As everything that is frozen."""
    one = PhaseOutline(phase=PhaseName("e2e"), after=(PhaseName("unit"),), agents=1)
    assert one == PhaseOutline(phase=PhaseName("e2e"), after=(PhaseName("unit"),), agents=1)
