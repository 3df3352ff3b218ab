"""What the controller needs from processes, however they are started.

`gateway.py` is the pool of spawned agents, `forked_pool.py` that of forked ones.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from pytest_agentorch.model.ids import AgentId, SlotId
from pytest_agentorch.orchestration.start_choice import StartChoice
from pytest_agentorch.protocol.to_agent import ToAgent


class AgentPool(Protocol):
    """Starts and ends agents and carries messages; how (spawn, fork) is its own matter.

    What happens to an agent arrives in the inbox that the pool was made with: `AgentOpened`, then
    `AgentSpoke` any number of times, then exactly one `AgentGone`. Nothing here blocks.
    """

    @property
    def choice(self) -> StartChoice:
        """How agents start, and why; not decided before one has collected."""

    def open(self, agent: AgentId, slot: SlotId) -> None:
        """Start a process; `AgentOpened` or `AgentGone` follows."""

    def begin(self, agent: AgentId, start: Mapping[str, Any]) -> None:
        """Let an opened agent begin its session."""

    def settle(self, agent: AgentId) -> bool:
        """Let the agent that has collected run tests; say whether it introduces itself for that."""

    def send(self, agent: AgentId, message: ToAgent) -> None:
        """Send a message. To an agent that is gone it is lost: its `AgentGone` is on the way."""

    def dismiss(self, agent: AgentId) -> None:
        """Let an agent whose session is over go; after a while it is killed."""

    def interrupt(self, agent: AgentId) -> None:
        """Interrupt what the agent does, as Ctrl-C does."""

    def terminate(self, agent: AgentId) -> None:
        """Let the agent write down its stacks, ask it to end, and kill it if it does not."""

    def heed_stopped(self) -> None:
        """Kill processes that were stopped for too long. To be called now and then."""

    def pids(self) -> Mapping[AgentId, int]:
        """The processes of agents, as far as they are known and live."""

    def kill(self, agent: AgentId) -> None:
        """End the process and its children at once."""

    def gateway(self, agent: AgentId) -> Any:
        """What plugins know as `node.gateway`."""

    def close(self) -> None:
        """End all agents. A second call does nothing."""

    def join(self) -> None:
        """Wait until nothing is left of what was there for agents."""
