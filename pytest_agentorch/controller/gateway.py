"""Agents as execnet gateways, started by spawning an interpreter.

Not public in execnet, and covered by contract tests: `Gateway._io.popen` (the process behind a
gateway) and `Gateway._rinfo` (asked once, before the agent's main thread is busy for good).
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pytest_agentorch.agent import boot
from pytest_agentorch.controller import interpreter
from pytest_agentorch.controller.notice import AgentGone, AgentOpened, AgentSpoke, Notice
from pytest_agentorch.model.errors import ProtocolError
from pytest_agentorch.model.ids import AgentId, SlotId
from pytest_agentorch.protocol import connection
from pytest_agentorch.protocol.codec import TO_AGENT, TO_CONTROLLER
from pytest_agentorch.protocol.to_agent import ToAgent
from pytest_agentorch.protocol.to_controller import SessionEnded
from pytest_agentorch.system.clock import CLOCK
from pytest_agentorch.system.native import Event, SimpleQueue, start_thread
from pytest_agentorch.system.offspring import kill_offspring, marked
from pytest_agentorch.system.process_tree import (
    interrupt,
    kill_group,
    kill_tree,
    wait_unreaped,
)

LINGER_SECONDS = 10.0
"""How long a dismissed agent may take to exit: threads and atexit functions of tests."""
SILENT_SECONDS = 0.5
"""How long a process may live after it has closed its end of the wire before its session ended."""
DRAIN_SECONDS = 0.5
"""How long to wait for the end of the wire once the process is gone and its children are killed."""


def _words(error: Exception) -> str:
    """An error with everything that it tells: an OSError names the file."""
    return f"{type(error).__name__}: {error}"


@dataclass(slots=True)
class _Agent:
    slot: SlotId
    gateway: Any = None
    channel: Any = None
    error: str = ""
    sent: int = 0
    heard: int = 0
    latest: bytes = b""
    closed: Event = field(default_factory=Event)
    doomed: bool = False
    ended: bool = False
    dead: Event = field(default_factory=Event)
    gone: Event = field(default_factory=Event)

    @property
    def pid(self) -> int | None:
        """The process id; None before there is one."""
        return None if self.gateway is None else int(self.gateway._io.popen.pid)  # noqa: SLF001


class SpawnedAgentPool:
    """An `AgentPool` of execnet popen gateways."""

    def __init__(self, inbox: SimpleQueue[Notice], run: str) -> None:
        self._inbox = inbox
        self._run = run
        self._group = connection.new_group()
        self._agents: dict[AgentId, _Agent] = {}
        self._closing = False

    def open(self, agent: AgentId, slot: SlotId) -> None:
        """Start an interpreter, in a thread of its own: several start side by side."""
        self._agents[agent] = _Agent(slot)
        start_thread(self._live, agent, marked(os.environ, self._run))

    def begin(self, agent: AgentId, start: Mapping[str, Any]) -> None:
        """Let the agent run its session and listen to it."""
        this = self._agents[agent]
        try:
            this.channel = this.gateway.remote_exec(boot)
            this.channel.send(dict(start))
            this.channel.setcallback(lambda blob: self._receive(agent, blob), endmarker=None)
        except OSError:
            this.closed.set()

    def send(self, agent: AgentId, message: ToAgent) -> None:
        """Send one message."""
        this = self._agents[agent]
        if this.channel is not None:
            with contextlib.suppress(OSError):
                this.channel.send(TO_AGENT.encode([message], this.sent))
            this.sent += 1

    def dismiss(self, agent: AgentId) -> None:
        """Close the gateway; the process exits by itself or is killed later."""
        this = self._agents[agent]
        self._after(this, LINGER_SECONDS)
        this.gateway.exit()

    def interrupt(self, agent: AgentId) -> None:
        """Send SIGINT to the process."""
        this = self._agents[agent]
        if this.pid is not None and not this.dead.is_set():
            interrupt(this.pid)

    def kill(self, agent: AgentId) -> None:
        """Kill the process and its children; one that is being started as soon as it is there."""
        this = self._agents[agent]
        this.doomed = True
        if this.pid is not None and not this.dead.is_set():
            kill_tree(this.pid)

    def gateway(self, agent: AgentId) -> Any:
        """The execnet gateway."""
        return self._agents[agent].gateway

    def close(self) -> None:
        """Kill what is left and wait until it is gone."""
        self._closing = True
        try:
            for agent in self._agents:
                self.kill(agent)
            deadline = CLOCK() + LINGER_SECONDS
            for this in self._agents.values():
                this.gone.wait(deadline - CLOCK())
        finally:
            # Also if a last Ctrl-C has come.
            kill_offspring(self._run)

    def _live(self, agent: AgentId, environment: Mapping[str, str]) -> None:
        """Follow one process from its start to its end."""
        this = self._agents[agent]
        returncode = None
        try:
            # A unique id per process; plugins know it by its slot.
            this.gateway = connection.connect(
                self._group, agent, python=interpreter.command(), environment=environment
            )
            self._present(agent, this)
            returncode = self._follow(this)
        except Exception as error:  # noqa: BLE001 - whatever it is, the run must hear of it
            this.error = this.error or f"the agent could not be started: {_words(error)}"
        self._inbox.put(AgentGone(agent=agent, returncode=returncode, error=this.error))
        this.gone.set()

    def _present(self, agent: AgentId, this: _Agent) -> None:
        """Say that the process is there; one that has broken off already is ended."""
        try:
            this.gateway._rinfo()  # noqa: SLF001
        except (EOFError, OSError) as error:
            this.error = f"the agent could not be started: {_words(error)}"
            self.kill(agent)
            return
        this.gateway.id = this.slot
        self._inbox.put(AgentOpened(agent=agent))
        if self._closing or this.doomed:
            self.kill(agent)

    def _follow(self, this: _Agent) -> int | None:
        assert this.pid is not None
        popen = this.gateway._io.popen  # noqa: SLF001
        wait_unreaped(popen)
        # Its number still belongs to it: no other process can be hit.
        kill_group(this.pid)
        this.dead.set()
        if this.channel is not None:
            this.closed.wait(DRAIN_SECONDS)
        returncode = popen.wait()
        this.gateway.exit()
        return int(returncode)

    def _receive(self, agent: AgentId, blob: bytes | None) -> None:
        """Decode and enqueue, in execnet's thread; nothing else happens here."""
        this = self._agents[agent]
        if blob is None:
            this.closed.set()
            failure = this.channel._getremoteerror()  # noqa: SLF001
            if failure is not None and not isinstance(failure, EOFError):
                this.error = str(failure)
            if not this.ended:
                # It may be on its way out; if it lives on, it can be told nothing any more.
                self._after(this, SILENT_SECONDS)
            return
        if blob == this.latest:
            # The agent was interrupted and did not know that it had been sent.
            return
        this.latest = blob
        try:
            messages = TO_CONTROLLER.decode(blob, this.heard)
            this.heard += 1
            this.ended = this.ended or any(isinstance(one, SessionEnded) for one in messages)
            self._inbox.put(AgentSpoke(agent=agent, messages=messages))
        except ProtocolError as error:
            this.error = this.error or str(error)
            self.kill(agent)

    def _after(self, this: _Agent, seconds: float) -> None:
        """Kill the process if it is still there after so many seconds."""

        def end() -> None:
            if this.pid is not None and not this.dead.wait(seconds):
                if not this.ended:
                    this.error = this.error or "it closed its end of the wire and lived on"
                kill_tree(this.pid)

        start_thread(end)
