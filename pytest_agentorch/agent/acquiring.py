"""Acquiring: what is asked for when a test wants an agent, and why it may have none."""

from __future__ import annotations

from collections.abc import Iterable

from pytest_agentorch.model.agent_entry import AgentEntry
from pytest_agentorch.model.coordination_error import (
    AgentBusError,
    AgentHeldError,
    TaskInUseError,
    UnknownAgentError,
)
from pytest_agentorch.protocol.agent_talk import AcquireAgent


def wish_for(task: str, capability: str | None) -> AcquireAgent:
    """Ask for an agent.

    Raises:
        AgentBusError: that is no question.
    """
    if not isinstance(task, str) or not task:
        raise AgentBusError(f"{task!r} is no task: give a word. [bad-message]")
    if not isinstance(capability, str | None):
        raise AgentBusError(f"{capability!r} is no capability: give its name. [bad-message]")
    return AcquireAgent(task=task, capability=capability)


def not_in_time(wish: AcquireAgent, timeout: float, there: Iterable[AgentEntry]) -> AgentHeldError:
    """Say what those do that are there and match."""
    which = "" if wish.capability is None else f" with the capability {wish.capability!r}"
    they = ", ".join(map(str, there)) or "none of them is there"
    return AgentHeldError(f"no agent{which} was free within {timeout:g} s: {they}. [agent-held]")


def never(wish: AcquireAgent, others: str | None) -> AgentBusError:
    """Say why nobody can be had: agents have only `others`, or if that is None the task has one."""
    if others is None:
        return TaskInUseError(
            f"an agent was acquired for {wish.task!r} already, or is waited for: give each task "
            "a name of its own. [task-in-use]"
        )
    return UnknownAgentError(
        f"no agent of this run has the capability {wish.capability!r} ({others}). Say in "
        "[tool.agentorch.capabilities] which agents have what. [unknown-agent]"
    )
