"""What the tests of a process share with those of others, made when the first of them wants it."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import pytest

from pytest_agentorch.agent.bus import AgentBus
from pytest_agentorch.agent.own_plugins import OwnPlugins
from pytest_agentorch.agent.post import Post, WirePost
from pytest_agentorch.agent.shared import DOOR, STATE
from pytest_agentorch.model.coordination_error import AgentBusError
from pytest_agentorch.protocol.letterhead import Letterhead
from pytest_agentorch.storage.shared_state import SharedState


def make_bus(config: pytest.Config, name: str, capabilities: frozenset[str]) -> AgentBus:
    """Make the bus of this process, which is called so and has these."""
    door = config.stash.get(DOOR, None)
    if door is None:
        agents: tuple[str, ...] = (name,)
        post: Post = OwnPlugins(config, name, capabilities).post
    else:
        count = config.workerinput["workercount"]  # type: ignore[attr-defined]
        agents = tuple(f"gw{number}" for number in range(count))
        if name not in agents:
            raise AgentBusError(
                "A run-scoped fixture has a process of its own, which no message reaches: use "
                "agent_bus in the tests, or in a fixture that each agent sets up. "
                "[bus-in-run-fixture]"
            )
        post = WirePost(door.link, door.open)
    return AgentBus(Letterhead(name, agents, os.urandom(4).hex()), post)


def make_state(config: pytest.Config, name: str) -> SharedState:
    """Make the shared documents, as this process sees them."""
    folder = config.stash.get(STATE, None)
    if folder is None:
        folder = Path(tempfile.mkdtemp(prefix="agentorch-state-"))
        config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))
    return SharedState(folder, name)
