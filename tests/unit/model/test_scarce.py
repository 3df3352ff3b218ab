"""What is scarce crosses into the event log and back."""

from __future__ import annotations

from pytest_agentorch.model.ids import TestId
from pytest_agentorch.model.scarce import Scarce
from pytest_agentorch.storage.event_log import decode, encode
from tests.unit.event_builders import a_plan, planned


def test_it_is_part_of_the_plan_in_the_log() -> None:
    """A replay of the log knows what tests had to wait for."""
    scarce = Scarce(name="postgres", tests=(TestId(0), TestId(1)), parts=(0.5, 1.0))
    plan = a_plan(planned(0), planned(1), scarce=(scarce,))
    assert decode(encode(plan)) == plan
