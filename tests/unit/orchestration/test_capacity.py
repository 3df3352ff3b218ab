"""How much there is."""

from __future__ import annotations

from pytest_agentorch.model.needs import Count, ResourceSettings
from pytest_agentorch.orchestration.capacity import Capacity, capacity_of
from tests.unit.settings_builder import some_settings


def test_it_is_what_the_settings_say() -> None:
    """CPUs in thousandths, so that fractions add up."""
    counts = (Count(name="db", number=2),)
    there = ResourceSettings(memory=1 << 30, counts=counts)
    found = capacity_of(some_settings(cpus=1.5, resources=there))
    assert found == Capacity(cpus=1500, memory=1 << 30, counts=counts)
