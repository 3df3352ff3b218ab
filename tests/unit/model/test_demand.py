"""What tests need crosses into the event log and back."""

from __future__ import annotations

from pytest_agentorch.model.demand import Demand
from pytest_agentorch.model.ids import TestId
from pytest_agentorch.model.needs import Count, Needs
from pytest_agentorch.model.supply import Supply
from pytest_agentorch.storage.event_log import decode, encode
from tests.unit.event_builders import a_plan, planned


def test_it_is_part_of_the_plan_in_the_log() -> None:
    """With how much there is: a replay of the log knows what tests had to wait for."""
    one = Count(name="postgres", number=1)
    needs = Needs(cpus=0.5, counts=(one,), reads=("schema",), exclusive=True)
    demands = (Demand(tests=(TestId(0), TestId(1)), needs=needs, memory=7),)
    plan = a_plan(planned(0), planned(1), demands=demands, supply=Supply(cpus=2, counts=(one,)))
    assert decode(encode(plan)) == plan
