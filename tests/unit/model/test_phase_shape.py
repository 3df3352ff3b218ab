"""How far a phase may be spread crosses into the event log and back."""

from __future__ import annotations

from pytest_agentorch.model.ids import PhaseName, TestId
from pytest_agentorch.model.phase_shape import PhaseShape
from pytest_agentorch.storage.event_log import decode, encode
from tests.unit.event_builders import a_plan, planned


def test_it_is_part_of_the_plan_in_the_log() -> None:
    """A replay of the log knows how the phase might have run on more agents."""
    together = (TestId(0), TestId(1))
    shape = PhaseShape(phase=PhaseName("unit"), wave=0, most_agents=5, whole=(together,))
    plan = a_plan(planned(0), planned(1), shapes=(shape,))
    assert decode(encode(plan)) == plan
