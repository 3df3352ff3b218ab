"""Agents that are forked from another process of ours, and those that are not.

Not public in execnet, and covered by contract tests: a `Gateway` over pipes that we bring, and
its registration in a group.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import execnet
from execnet.gateway import Gateway

from pytest_agentorch.controller.agent_pool import AgentPool
from pytest_agentorch.controller.agent_wire import LINGER_SECONDS, AgentWire, pids_of
from pytest_agentorch.controller.gateway_info import info_like_ours
from pytest_agentorch.controller.notice import AgentOpened, Notice
from pytest_agentorch.model.ids import AgentId, SlotId
from pytest_agentorch.protocol import connection
from pytest_agentorch.protocol.birth_news import AgentForked, AgentReaped
from pytest_agentorch.protocol.pipe_io import PipeEnds, PipeIo, the_channel
from pytest_agentorch.protocol.to_agent import ToAgent
from pytest_agentorch.system.clock import CLOCK
from pytest_agentorch.system.native import SimpleQueue, start_thread
from pytest_agentorch.system.process_tree import wait_for_orphan


class ForkedAgent(AgentWire):
    """A forked agent."""

    def __init__(self, agent: AgentId, slot: SlotId, inbox: SimpleQueue[Notice]) -> None:
        super().__init__(agent, slot, inbox)
        self.start: Mapping[str, Any] = {}
        self.begun = False
        self._here, self.there = PipeEnds.pair()

    def connect(self, group: Any) -> None:
        """Make the gateway over our end of the wire."""
        spec = execnet.XSpec("popen")
        spec.id = self.agent
        gateway = Gateway(PipeIo(self._here), spec)
        group._register(gateway)  # noqa: SLF001
        gateway.id = self.slot
        # Nobody there could be asked: the main thread is pytest's for good.
        gateway._cache_rinfo = info_like_ours()  # noqa: SLF001
        self.gateway = gateway
        self.listen(the_channel(gateway))


class ForkingPool:
    """What pools have in common whose agents are forked by a process that is not this one.

    Args:
        other: where agents come from when that process is gone or is not to fork.
    """

    def __init__(self, inbox: SimpleQueue[Notice], other: AgentPool) -> None:
        self._inbox = inbox
        self._other = other
        self._group = connection.new_group()
        self._agents: dict[AgentId, ForkedAgent] = {}

    def send(self, agent: AgentId, message: ToAgent) -> None:
        """Send one message."""
        this = self._agents.get(agent)
        if this is None:
            self._other.send(agent, message)
        else:
            this.send(message)

    def dismiss(self, agent: AgentId) -> None:
        """Close the gateway; the process exits by itself or is killed later."""
        this = self._agents.get(agent)
        if this is None:
            self._other.dismiss(agent)
        else:
            this.dismiss()

    def interrupt(self, agent: AgentId) -> None:
        """Send SIGINT to the process."""
        this = self._agents.get(agent)
        if this is None:
            self._other.interrupt(agent)
        else:
            this.interrupt()

    def terminate(self, agent: AgentId) -> None:
        """Ask the process and its children to end, then kill them."""
        this = self._agents.get(agent)
        if this is None:
            self._other.terminate(agent)
        else:
            this.terminate()

    def heed_stopped(self) -> None:
        """Kill processes that were stopped for too long."""
        for this in list(self._agents.values()):
            this.heed_stopped()
        self._other.heed_stopped()

    def pids(self) -> Mapping[AgentId, int]:
        """The processes of agents, as far as they are known and live."""
        return {**pids_of(self._agents.values()), **self._other.pids()}

    def kill(self, agent: AgentId) -> None:
        """Kill the process and its children."""
        this = self._agents.get(agent)
        if this is None:
            self._other.kill(agent)
        else:
            this.kill()

    def gateway(self, agent: AgentId) -> Any:
        """The execnet gateway."""
        this = self._agents.get(agent)
        return self._other.gateway(agent) if this is None else this.gateway

    def _open_wire(self, agent: AgentId, slot: SlotId) -> None:
        """Make a wire; the process comes later."""
        this = self._agents[agent] = ForkedAgent(agent, slot, self._inbox)
        this.connect(self._group)
        self._inbox.put(AgentOpened(agent=agent))

    def _end_all(self, agents: Iterable[ForkedAgent]) -> None:
        """Kill agents and wait until they are gone, and those of the other pool."""
        ending = list(agents)
        for this in ending:
            this.kill()
            if not this.begun:
                # A plugin has raised when it was told of the agent: there is no process.
                this.there.close()
                self._end(this, None)
        deadline = CLOCK() + LINGER_SECONDS
        for this in ending:
            this.wait_gone(deadline - CLOCK())
        self._other.close()

    def _heard_of(self, message: AgentForked | AgentReaped) -> None:
        """Take in what the process that forks tells of an agent."""
        this = self._agents[message.agent]
        if isinstance(message, AgentReaped):
            this.error = this.error or message.error
            this.peak_memory = message.peak_memory
            start_thread(self._end, this, message.returncode)
            return
        this.pid = message.pid
        if this.doomed:
            this.kill()

    def _follow_orphans(self) -> None:
        """Follow the agents of a process that is gone."""
        for this in list(self._agents.values()):
            if not this.is_gone:
                start_thread(self._outlive, this)

    def _end(self, this: ForkedAgent, returncode: int | None) -> None:
        this.bury()
        this.tell_gone(returncode)

    def _outlive(self, this: ForkedAgent) -> None:
        # It may have been forked, and that was not told any more.
        pid = this.wait_named() if this.pid is None else this.pid
        if pid is None:
            this.error = "the process that forks agents is gone"
            self._end(this, None)
        else:
            self._end(this, wait_for_orphan(pid))
