"""How much there is."""

from __future__ import annotations

from pytest_agentorch.model.needs import Count, Needs, ResourceSettings
from pytest_agentorch.model.supply import Supply
from pytest_agentorch.orchestration.supply import supply_of
from tests.unit.settings_builder import some_settings


def test_it_is_what_the_settings_say() -> None:
    """CPUs in thousandths, so that fractions add up."""
    counts = (Count(name="db", number=2),)
    there = ResourceSettings(memory=1 << 30, counts=counts)
    settings = some_settings(cpus=1.5, resource_limit=1.0, resources=there)
    assert supply_of(settings, ()) == Supply(cpus=2000, memory=1 << 30, counts=counts, asked=True)


def test_memory_is_not_counted_where_nobody_speaks_of_it() -> None:
    """All agents are busy then, whatever their tests may need."""
    settings = some_settings(memory=1 << 30)
    assert supply_of(settings, [Needs(cpus=1.0)]).memory == 0
    assert supply_of(settings, [Needs(), Needs(memory=7)]).memory == 1 << 30
