"""What the zygote, or the nursery, says to the controller of the agents that it forks."""

from __future__ import annotations

from pytest_agentorch.model.frozen import Frozen
from pytest_agentorch.model.ids import AgentId


class AgentForked(Frozen):
    """The zygote has forked an agent."""

    agent: AgentId
    pid: int


class AgentReaped(Frozen):
    """An agent that the zygote has forked is gone, or could not be forked.

    Attributes:
        returncode: as `subprocess` counts: negative for a signal; None if there was no process.
        peak_memory: the most that was resident of it, in bytes; None if nobody knows.
        error: why there was none.
    """

    agent: AgentId
    returncode: int | None
    peak_memory: int | None
    error: str


BirthNews = AgentForked | AgentReaped
