"""Incidents about memory; test_incident.py has a run with each."""

from __future__ import annotations

import pytest

from pytest_agentorch.model.memory_event import MemoryShort
from pytest_agentorch.results.memory_sentence import sentence


@pytest.mark.parametrize(
    ("agents", "budget", "words"),
    [
        (1, 1 << 30, "950 MiB of 1 GiB: 1 agent was busy"),
        (3, 0, "950 MiB: 3 agents were busy"),
    ],
)
def test_what_is_short_is_said(agents: int, budget: int, words: str) -> None:
    """The machine, or what the run may have."""
    event = MemoryShort(agents=agents, total=950 << 20, budget=budget, at=0.0)
    said = f"memory was short, all processes together had {words} at once, for a while"
    assert sentence(event, "") == said
