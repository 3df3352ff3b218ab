"""The fixtures by which tests of one run talk to each other; what they need is imported late."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pytest_agentorch.agent.bus import AgentBus
    from pytest_agentorch.storage.shared_state import SharedState


@pytest.fixture(scope="session")
def agent_bus(request: pytest.FixtureRequest) -> AgentBus:
    """Messages to and from the other agents of the run; without agents, to and from this process.

    See docs/messages-between-agents.md.
    """
    from pytest_agentorch.agent.coordination import make_bus

    return make_bus(request.config, _name(request.config), _capabilities(request.config))


@pytest.fixture(scope="session")
def agent_state(request: pytest.FixtureRequest) -> SharedState:
    """JSON documents that all agents of the run share; without agents, of this session alone.

    See docs/shared-state.md.
    """
    from pytest_agentorch.agent.coordination import make_state

    return make_state(request.config, _name(request.config))


@pytest.fixture(scope="session")
def agent_capabilities(request: pytest.FixtureRequest) -> frozenset[str]:
    """What this agent has of `[tool.agentorch.capabilities]`; without agents, all of it.

    See docs/capabilities.md.
    """
    return _capabilities(request.config)


def _name(config: pytest.Config) -> str:
    return str(getattr(config, "workerinput", {}).get("workerid", "master"))


def _capabilities(config: pytest.Config) -> frozenset[str]:
    given: dict[str, Any] | None = getattr(config, "workerinput", None)
    if given is not None:
        return frozenset(given.get("agent_capabilities", ()))
    from pytest_agentorch.options import known_capabilities

    return known_capabilities(config.rootpath)
