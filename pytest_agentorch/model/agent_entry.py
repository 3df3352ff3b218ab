"""An agent as it is found by those who look for one. Public."""

from __future__ import annotations

from pytest_agentorch.model.agent_view import AgentStatus
from pytest_agentorch.model.frozen import Frozen


class AgentEntry(Frozen):
    """One agent that is there, as it was when somebody asked.

    Attributes:
        name: of its slot: where messages go.
        status: where it is in its life.
        capabilities: what it has of `[tool.agentorch.capabilities]`.
        priority: what `[tool.agentorch.agent_priority]` says, 0 if that is nothing.
        load: how many tests it has, begun or not.
        task: for which it is held; None if it is free.
    """

    name: str
    status: AgentStatus
    capabilities: tuple[str, ...] = ()
    priority: int = 0
    load: int = 0
    task: str | None = None

    @property
    def is_free(self) -> bool:
        """Whether it can be acquired now."""
        return self.task is None and self.status is AgentStatus.ACTIVE

    def __str__(self) -> str:
        if self.task is not None:
            return f"{self.name} is held for {self.task!r}"
        return f"{self.name} is {'free' if self.is_free else self.status.value}"
