"""The course of an agent."""

from __future__ import annotations

import pytest

from pytest_agentorch.model import agent_event
from pytest_agentorch.model import event as ev


@pytest.mark.parametrize(
    "name", ["AgentConnected", "AgentReady", "AgentDone", "AgentExited", "AgentMisspoke"]
)
def test_they_belong_to_the_one_vocabulary(name: str) -> None:
    """Whoever reads events need not know where they are kept."""
    assert getattr(ev, name) is getattr(agent_event, name)
