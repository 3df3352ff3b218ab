"""Agents that are forked from a zygote: it has collected, and a fork costs milliseconds.

Not public in execnet, and covered by contract tests: a `Gateway` over pipes that we bring, and
its registration in a group.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import execnet
from execnet.gateway import Gateway, RInfo

from pytest_agentorch.controller.agent_pool import AgentPool
from pytest_agentorch.controller.agent_wire import LINGER_SECONDS, AgentWire
from pytest_agentorch.controller.notice import AgentOpened, AgentSpoke, Notice, ZygoteGone
from pytest_agentorch.controller.zygote import ZygoteHandle
from pytest_agentorch.model.ids import AgentId, RunId, SlotId
from pytest_agentorch.model.settings import Start
from pytest_agentorch.orchestration.start_choice import UNDECIDED, StartChoice, choose_start
from pytest_agentorch.protocol import connection
from pytest_agentorch.protocol.pipe_io import PipeEnds, PipeIo, the_channel
from pytest_agentorch.protocol.to_agent import ToAgent
from pytest_agentorch.protocol.to_controller import (
    AgentForked,
    AgentReaped,
    TestsCollected,
    ToController,
)
from pytest_agentorch.system.clock import CLOCK
from pytest_agentorch.system.native import Event, SimpleQueue, start_thread
from pytest_agentorch.system.offspring import marked
from pytest_agentorch.system.process_tree import wait_for_orphan

_DIED = "the process that forks agents died while it collected"


class _Forked(AgentWire):
    """A forked agent."""

    def __init__(self, agent: AgentId, slot: SlotId, inbox: SimpleQueue[Notice]) -> None:
        super().__init__(agent, slot, inbox)
        self.start: Mapping[str, Any] = {}
        self._here, self.there = PipeEnds.pair()

    def connect(self, group: Any) -> None:
        """Make the gateway over our end of the wire."""
        spec = execnet.XSpec("popen")
        spec.id = self.agent
        gateway = Gateway(PipeIo(self._here), spec)
        group._register(gateway)  # noqa: SLF001
        gateway.id = self.slot
        # Nobody there could be asked: the main thread is pytest's for good.
        gateway._cache_rinfo = RInfo(_rinfo())  # noqa: SLF001
        self.gateway = gateway
        self.listen(the_channel(gateway))


class ForkedAgentPool:
    """An `AgentPool` around a zygote; when that is gone, or may not fork, agents are spawned.

    The first agent is the zygote while it collects, and is forked from it when that is over.
    """

    def __init__(
        self,
        inbox: SimpleQueue[Notice],
        run: RunId,
        zygote: ZygoteHandle,
        spawned: AgentPool,
        asked: Start,
    ) -> None:
        self._inbox = inbox
        self._run = run
        self._asked = asked
        self._choice = UNDECIDED
        self._zygote = zygote
        self._spawned = spawned
        self._group = connection.new_group()
        self._agents: dict[AgentId, _Forked] = {}
        self._collector: _Forked | None = None
        self._settled = False
        self._forks = True
        self._closing = False
        self._followed = Event()

    @property
    def choice(self) -> StartChoice:
        """How agents start; not decided while the zygote collects."""
        return self._choice

    def open(self, agent: AgentId, slot: SlotId) -> None:
        """Make a wire; the process comes with `begin`."""
        if not self._forks:
            self._spawned.open(agent, slot)
            return
        this = self._agents[agent] = _Forked(agent, slot, self._inbox)
        this.connect(self._group)
        self._inbox.put(AgentOpened(agent=agent))

    def begin(self, agent: AgentId, start: Mapping[str, Any]) -> None:
        """Let the zygote collect, for the first agent, or fork."""
        this = self._agents.get(agent)
        if this is None:
            self._spawned.begin(agent, start)
            return
        this.start = start
        if self._collector is None:
            self._collector = this
            this.pid = self._zygote.pid
            self._zygote.go(start, marked(os.environ, self._run))
            start_thread(self._follow_zygote)
        else:
            self._fork(this)

    def settle(self, agent: AgentId) -> bool:
        """Fork the agent that has collected, or let the zygote be it."""
        this = self._agents.get(agent)
        if this is None:
            return self._spawned.settle(agent)
        if not self._settled:
            self._settled = True
            if self._forks:
                this.pid = None
                self._fork(this)
            else:
                self._become(this)
        return True

    def send(self, agent: AgentId, message: ToAgent) -> None:
        """Send one message. There is no agent before the zygote forks: it listens as one."""
        this = self._agents.get(agent)
        if this is None:
            self._spawned.send(agent, message)
            return
        if this is self._collector and not self._settled:
            self._settled = True
            self._forks = False
            self._become(this)
        this.send(message)

    def dismiss(self, agent: AgentId) -> None:
        """Close the gateway; the process exits by itself or is killed later."""
        this = self._agents.get(agent)
        if this is None:
            self._spawned.dismiss(agent)
        else:
            this.dismiss()

    def interrupt(self, agent: AgentId) -> None:
        """Send SIGINT to the process."""
        this = self._agents.get(agent)
        if this is None:
            self._spawned.interrupt(agent)
        else:
            this.interrupt()

    def kill(self, agent: AgentId) -> None:
        """Kill the process and its children."""
        this = self._agents.get(agent)
        if this is None:
            self._spawned.kill(agent)
        else:
            this.kill()

    def gateway(self, agent: AgentId) -> Any:
        """The execnet gateway."""
        this = self._agents.get(agent)
        return self._spawned.gateway(agent) if this is None else this.gateway

    def close(self) -> None:
        """Kill what is left, and let the zygote undo what it has set up, in its own time."""
        self._closing = True
        agents = [a for a in self._agents.values() if a is not self._collector or self._settled]
        for this in agents:
            this.kill()
        deadline = CLOCK() + LINGER_SECONDS
        for this in agents:
            this.wait_gone(deadline - CLOCK())
        self._spawned.close()
        if self._settled:
            self._zygote.end()
        else:
            # It still collects, or nobody has ever asked it to.
            self._zygote.discard()

    def join(self) -> None:
        """Wait until the zygote is gone; one that takes too long is killed."""
        if self._collector is not None:
            self._followed.wait(LINGER_SECONDS)
        self._zygote.discard()
        if self._collector is not None:
            self._followed.wait(LINGER_SECONDS)
        self._spawned.join()

    def _fork(self, this: _Forked) -> None:
        self._zygote.fork(this.agent, this.start, this.there)
        this.there.close()

    def _become(self, this: _Forked) -> None:
        self._zygote.become(this.agent, this.start, this.there)
        this.there.close()

    def _follow_zygote(self) -> None:
        """Take in what the zygote tells, until it is gone."""
        assert self._collector is not None
        try:
            while (messages := self._zygote.listen()) is not None:
                for message in messages:
                    self._heard(message)
                self._inbox.put(AgentSpoke(agent=self._collector.agent, messages=messages))
            self._zygote_gone(self._collector, self._zygote.wait())
        finally:
            self._followed.set()

    def _zygote_gone(self, collector: _Forked, returncode: int) -> None:
        if self._choice is UNDECIDED:
            self._choice = StartChoice(start=Start.SPAWN, reasons=(_DIED,))
        forked, self._forks = self._forks and self._settled, False
        if not forked:
            self._end(collector, returncode)
        elif not self._closing:
            self._inbox.put(ZygoteGone(returncode=returncode))
        for this in list(self._agents.values()):
            if not this.is_gone:
                start_thread(self._outlive, this)

    def _heard(self, message: ToController) -> None:
        match message:
            case TestsCollected():
                self._choice = choose_start(self._asked, message.objections)
                self._forks = self._choice.start is Start.FORK
            case AgentForked():
                this = self._agents[message.agent]
                this.pid = message.pid
                if this.doomed:
                    this.kill()
            case AgentReaped():
                this = self._agents[message.agent]
                this.error = this.error or message.error
                start_thread(self._end, this, message.returncode)

    def _end(self, this: _Forked, returncode: int | None) -> None:
        this.bury()
        this.tell_gone(returncode)

    def _outlive(self, this: _Forked) -> None:
        """Follow an agent whose zygote is gone: it is a child of this process now."""
        if this.pid is None:
            this.error = "the process that forks agents is gone"
            self._end(this, None)
        else:
            self._end(this, wait_for_orphan(this.pid))


def _rinfo() -> dict[str, Any]:
    """What execnet knows of the other side: a fork of this process."""
    return {
        "executable": sys.executable,
        "version_info": sys.version_info[:5],
        "platform": sys.platform,
        "cwd": str(Path.cwd()),
        "pid": os.getpid(),
    }
