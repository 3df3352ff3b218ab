"""How many agents a phase gets."""

from __future__ import annotations

import pytest

from pytest_agentorch.model.settings import Dist, Parallelism, PhaseSettings
from pytest_agentorch.orchestration.phase_agents import agents_for
from tests.unit.orchestration.plans import a_phase
from tests.unit.settings_builder import some_settings


@pytest.mark.parametrize(
    ("phase", "tests", "named", "agents"),
    [
        (a_phase(), 100, False, 8),
        (a_phase(), 3, False, 3),
        (a_phase(parallelism=Parallelism.SEQUENTIAL), 100, False, 8),
        (a_phase(parallelism=Parallelism.SEQUENTIAL), 100, True, 1),
        (a_phase(tests_per_agent=10), 35, True, 4),
        (a_phase(tests_per_agent=10), 1, True, 1),
        (a_phase(max_agents=3), 100, True, 3),
        (a_phase(max_agents=99), 100, True, 8),
        (a_phase(default_cap=2, cpu_share=0.5), 100, True, 6),
        (a_phase(default_cap=7, cpu_share=0.0), 100, True, 7),
    ],
)
def test_how_many_agents_a_phase_gets(
    phase: PhaseSettings, tests: int, named: bool, agents: int
) -> None:
    """Eight are asked for, on twelve CPUs; caps are for phases that somebody names."""
    settings = some_settings(agents=8, cpus=12.0)
    assert agents_for(phase, tests, named=named, settings=settings) == agents


@pytest.mark.parametrize(
    ("gibibytes", "named", "agents"), [(0, True, 8), (5, True, 2), (1, True, 1), (5, False, 8)]
)
def test_no_more_agents_than_fit_into_memory(gibibytes: int, named: bool, agents: int) -> None:
    """But one; nobody has said what an agent of an inferred phase needs."""
    settings = some_settings(agents=8, memory=gibibytes << 30)
    phase = a_phase(max_agents=8, memory_per_agent=2 << 30)
    assert agents_for(phase, 100, named=named, settings=settings) == agents


def test_a_cap_never_means_no_agent_and_each_means_all() -> None:
    """The edges."""
    settings = some_settings(agents=4, dist=Dist.EACH)
    assert agents_for(a_phase(max_agents=1), 1, named=True, settings=settings) == 4


@pytest.mark.parametrize(
    ("phase", "asked", "agents"),
    [
        (a_phase(waves=0), "auto", 10),
        (a_phase(waves=0, max_agents=20), "auto", 20),
        (a_phase(waves=0), "32", 32),
        (a_phase(), "auto", 32),
    ],
)
def test_a_wave_has_at_most_ten_unless_somebody_asks_for_more(
    phase: PhaseSettings, asked: str, agents: int
) -> None:
    """By a number, for the run or for the phase."""
    settings = some_settings(agents=32, asked=asked)
    assert agents_for(phase, 100, named=True, settings=settings) == agents
