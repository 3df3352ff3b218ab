"""The phases of a project: the built-in ones, changed, and new ones."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_agentorch.model.errors import SettingsError
from pytest_agentorch.model.ids import PhaseName
from pytest_agentorch.model.settings import Gate, Parallelism, PhaseSettings
from pytest_agentorch.phase_table import read_phases


def phases(**tables: Any) -> dict[str, PhaseSettings]:
    """What `[tool.agentorch.phases]` says, by name."""
    return {phase.name: phase for phase in read_phases(tables)}


def complaint(**tables: Any) -> str:
    """What the user is told."""
    with pytest.raises(SettingsError) as raised:
        read_phases(tables)
    return str(raised.value)


def test_without_configuration_there_are_three() -> None:
    """One after the other, wider at the beginning; none is configured."""
    found = phases()
    assert {name: phase.after for name, phase in found.items()} == {
        "unit": (),
        "integration": ("unit",),
        "e2e": ("integration",),
    }
    assert [phase.parallelism.value for phase in found.values()] == [
        "maximum",
        "controlled",
        "sequential",
    ]
    assert not any(phase.configured for phase in found.values())


def test_a_key_changes_a_phase_and_leaves_the_rest() -> None:
    """The phase is configured then: it gets its barrier and its caps."""
    found = phases(integration={"max_agents": 7})
    changed = found["integration"]
    assert (changed.max_agents, changed.after, changed.configured) == (7, ("unit",), True)
    assert changed.parallelism is Parallelism.CONTROLLED
    assert not found["unit"].configured


def test_a_phase_of_ones_own() -> None:
    """Every key."""
    found = phases(
        load={
            "after": ["unit"],
            "parallelism": "sequential",
            "max_agents": 1,
            "tests_per_agent": 3,
            "cpu_share": 0.25,
            "memory_per_agent": "2GiB",
            "gate": "stop",
            "env": {"SHOP_URL": "http://test"},
            "paths": ["tests/load"],
            "markers": ["slow"],
            "fixtures": ["cluster"],
            "keywords": ["stress"],
        }
    )
    assert found["load"] == PhaseSettings(
        name=PhaseName("load"),
        after=(PhaseName("unit"),),
        parallelism=Parallelism.SEQUENTIAL,
        max_agents=1,
        tests_per_agent=3,
        cpu_share=0.25,
        memory_per_agent=2 * 1024**3,
        gate=Gate.STOP,
        env=(("SHOP_URL", "http://test"),),
        paths=("tests/load",),
        markers=("slow",),
        fixtures=("cluster",),
        keywords=("stress",),
        configured=True,
    )


def test_the_order_of_built_in_phases_can_be_taken_away() -> None:
    """`after = []`."""
    assert phases(e2e={"after": []})["e2e"].after == ()


@pytest.mark.parametrize(
    ("table", "parallelism"),
    [
        ({}, Parallelism.SEQUENTIAL),
        ({"max_agents": 1}, Parallelism.SEQUENTIAL),
        ({"max_agents": 3}, Parallelism.CONTROLLED),
        ({"max_agents": 3, "parallelism": "sequential"}, Parallelism.SEQUENTIAL),
    ],
)
def test_more_than_one_agent_means_that_it_is_not_sequential(
    table: dict[str, Any], parallelism: Parallelism
) -> None:
    """Unless somebody says both."""
    assert phases(e2e=table)["e2e"].parallelism is parallelism


@pytest.mark.parametrize(
    ("tables", "message"),
    [
        (
            {"unit": 3},
            "[tool.agentorch.phases.unit] must be a table. [bad-value]",
        ),
        (
            {"unit": {"max_agents": 0}},
            (
                "[tool.agentorch.phases.unit] max_agents = 0: it must be a whole number from 1. "
                "[bad-value]"
            ),
        ),
        (
            {"e2e": {"after": ["integratoin"]}},
            (
                "[tool.agentorch.phases.e2e] after = ['integratoin']: there is no phase "
                '"integratoin". Known phases: unit, integration, e2e. Did you mean "integration"? '
                "[unknown-phase]"
            ),
        ),
        (
            {"unit": {"after": ["e2e"]}},
            (
                "[tool.agentorch.phases]: unit, integration, e2e wait for each other. Take one of "
                "them out of the other's `after`. [phase-cycle]"
            ),
        ),
        (
            {"unit": {"after": ["unit"]}},
            (
                "[tool.agentorch.phases.unit] after: a phase cannot wait for itself. Take "
                '"unit" out. [phase-cycle]'
            ),
        ),
    ],
)
def test_what_cannot_be_is_said_in_one_paragraph(tables: dict[str, Any], message: str) -> None:
    """Which table, what is wrong, what would be right."""
    assert complaint(**tables) == message


def test_an_unknown_key_names_its_table() -> None:
    """With the key that was meant."""
    message = complaint(unit={"max_agent": 3})
    assert message.startswith('[tool.agentorch.phases.unit]: there is no key "max_agent".')
    assert message.endswith('Did you mean "max_agents"? [unknown-key]')


def test_phases_that_are_no_table_are_refused() -> None:
    """`phases = [...]`."""
    with pytest.raises(SettingsError, match=r"must hold a table per phase\. \[bad-value\]"):
        read_phases(["unit"])  # type: ignore[arg-type]
