"""Agents as execnet gateways, started by spawning an interpreter.

Not public in execnet, and covered by contract tests: `Gateway._io.popen` (the process behind a
gateway) and `Gateway._rinfo` (asked once, before the agent's main thread is busy for good).
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from execnet import DumpError

from pytest_agentorch.agent import boot
from pytest_agentorch.controller import interpreter
from pytest_agentorch.controller.agent_wire import LINGER_SECONDS, AgentWire, pids_of
from pytest_agentorch.controller.gateway_info import info_like_ours
from pytest_agentorch.controller.notice import AgentOpened, Notice
from pytest_agentorch.model.ids import AgentId, SlotId
from pytest_agentorch.model.settings import Start
from pytest_agentorch.orchestration.start_choice import StartChoice
from pytest_agentorch.protocol import connection
from pytest_agentorch.protocol.any_text import concealed, is_utf8
from pytest_agentorch.protocol.to_agent import ToAgent
from pytest_agentorch.system.clock import CLOCK
from pytest_agentorch.system.end import wait_for_end
from pytest_agentorch.system.native import SimpleQueue, start_thread
from pytest_agentorch.system.offspring import began, kill_offspring, marked
from pytest_agentorch.system.process_tree import kill_group, wait_unreaped


class SpawnedAgentPool:
    """An `AgentPool` of execnet popen gateways."""

    def __init__(self, inbox: SimpleQueue[Notice], run: str, reasons: tuple[str, ...] = ()) -> None:
        self._inbox = inbox
        self._run = run
        self._choice = StartChoice(start=Start.SPAWN, reasons=reasons)
        self._group = connection.new_group()
        self._agents: dict[AgentId, AgentWire] = {}
        self._closing = False

    @property
    def choice(self) -> StartChoice:
        """They are spawned."""
        return self._choice

    def open(self, agent: AgentId, slot: SlotId) -> None:
        """Start an interpreter, in a thread of its own: several start side by side."""
        this = self._agents[agent] = AgentWire(agent, slot, self._inbox)
        start_thread(self._live, this, marked(os.environ, self._run))

    def begin(self, agent: AgentId, start: Mapping[str, Any]) -> None:
        """Let the agent run its session and listen to it."""
        this = self._agents[agent]
        try:
            channel = this.gateway.remote_exec(boot)
            try:
                channel.send(dict(start))
            except DumpError:
                channel.send(concealed(dict(start)))
            this.listen(channel)
        except OSError:
            this.close()

    def settle(self, agent: AgentId) -> bool:
        """Nothing to do: it has collected in the process that runs its tests."""
        del agent
        return False

    def send(self, agent: AgentId, message: ToAgent) -> None:
        """Send one message."""
        self._agents[agent].send(message)

    def dismiss(self, agent: AgentId) -> None:
        """Close the gateway; the process exits by itself or is killed later."""
        self._agents[agent].dismiss()

    def heed_stopped(self) -> None:
        """Kill processes that were stopped for too long."""
        for this in list(self._agents.values()):
            this.heed_stopped()

    def pids(self) -> Mapping[AgentId, int]:
        """The processes of agents, as far as they are known and live."""
        return pids_of(self._agents.values())

    def interrupt(self, agent: AgentId) -> None:
        """Send SIGINT to the process."""
        self._agents[agent].interrupt()

    def terminate(self, agent: AgentId) -> None:
        """Ask the process and its children to end, then kill them."""
        self._agents[agent].terminate()

    def kill(self, agent: AgentId) -> None:
        """Kill the process and its children; one that is being started as soon as it is there."""
        self._agents[agent].kill()

    def gateway(self, agent: AgentId) -> Any:
        """The execnet gateway."""
        return self._agents[agent].gateway

    def close(self) -> None:
        """Kill what is left and wait until it is gone."""
        if self._closing and all(this.is_gone for this in self._agents.values()):
            return
        self._closing = True
        for this in self._agents.values():
            this.kill()
        deadline = CLOCK() + LINGER_SECONDS
        for this in self._agents.values():
            this.wait_gone(deadline - CLOCK())

    def join(self) -> None:
        """Kill what agents and tests have left behind."""
        kill_offspring(self._run, since=began())

    def _live(self, this: AgentWire, environment: Mapping[str, str]) -> None:
        """Follow one process from its start to its end."""
        returncode = None
        try:
            # A unique id per process; plugins know it by its slot.
            this.gateway = connection.connect(
                self._group,
                this.agent,
                python=interpreter.command(),
                environment=environment,
                started=partial(setattr, this, "pid"),
            )
            self._present(this)
            returncode = self._follow(this)
        except Exception as error:  # noqa: BLE001 - whatever it is, the run must hear of it
            this.error = this.error or f"the agent could not be started: {_words(error)}"
        this.tell_gone(returncode)

    def _present(self, this: AgentWire) -> None:
        """Say that the process is there; one that has broken off already is ended."""
        try:
            if is_utf8(str(Path.cwd())):
                this.gateway._rinfo()  # noqa: SLF001
            else:
                # It could not say where it is.
                this.gateway._cache_rinfo = info_like_ours()  # noqa: SLF001
        except (EOFError, OSError) as error:
            this.error = f"the agent could not be started: {_words(error)}"
            this.kill()
            return
        this.gateway.id = this.slot
        self._inbox.put(AgentOpened(agent=this.agent))
        if self._closing or this.doomed:
            this.kill()

    def _follow(self, this: AgentWire) -> int:
        assert this.pid is not None
        popen = this.gateway._io.popen  # noqa: SLF001
        wait_unreaped(popen)
        # Its number still belongs to it: no other process can be hit.
        kill_group(this.pid)
        this.bury()
        if popen.returncode is None:
            popen.returncode, this.peak_memory = wait_for_end(this.pid)
        return int(popen.returncode)


def _words(error: Exception) -> str:
    """An error with everything that it tells: an OSError names the file."""
    return f"{type(error).__name__}: {error}"
