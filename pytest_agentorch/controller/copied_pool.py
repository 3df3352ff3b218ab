"""Agents that are copies of the nursery: each loads conftests and collects for itself."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from pytest_agentorch.controller.agent_pool import AgentPool
from pytest_agentorch.controller.agent_wire import LINGER_SECONDS
from pytest_agentorch.controller.forking_pool import ForkingPool
from pytest_agentorch.controller.notice import Notice, ZygoteGone
from pytest_agentorch.controller.nursery import NurseryHandle
from pytest_agentorch.model.ids import AgentId, RunId, SlotId
from pytest_agentorch.orchestration.start_choice import StartChoice
from pytest_agentorch.protocol.birth_news import AgentForked, AgentReaped
from pytest_agentorch.system.native import Event, Lock, SimpleQueue, start_thread
from pytest_agentorch.system.offspring import marked


class CopiedAgentPool(ForkingPool):
    """An `AgentPool` around a nursery; when that is gone agents are new interpreters."""

    def __init__(
        self,
        inbox: SimpleQueue[Notice],
        run: RunId,
        nursery: NurseryHandle,
        interpreters: AgentPool,
    ) -> None:
        super().__init__(inbox, interpreters)
        self._run = run
        self._nursery = nursery
        self._lock = Lock()
        self._lost = self._closing = self._followed = False
        self._done = Event()

    @property
    def choice(self) -> StartChoice:
        """They are spawned: a copy has nothing that a new interpreter has not."""
        return self._other.choice

    def open(self, agent: AgentId, slot: SlotId) -> None:
        """Make a wire; the process comes with `begin`."""
        with self._lock:
            lost = self._lost
            if not lost:
                self._open_wire(agent, slot)
        if lost:
            self._other.open(agent, slot)
        elif not self._followed:
            self._followed = True
            start_thread(self._follow)

    def begin(self, agent: AgentId, start: Mapping[str, Any]) -> None:
        """Let a copy begin its session."""
        this = self._agents.get(agent)
        if this is None:
            self._other.begin(agent, start)
            return
        this.begun = True
        self._nursery.copy(agent, start, marked(os.environ, self._run), this.there)
        this.there.close()

    def settle(self, agent: AgentId) -> bool:
        """Nothing to do: it has collected in the process that runs its tests."""
        del agent
        return False

    def heed_stopped(self) -> None:
        """Kill processes that were stopped for too long, the nursery too."""
        super().heed_stopped()
        self._nursery.heed_stopped()

    def close(self) -> None:
        """Kill what is left and wait until it is gone."""
        self._closing = True
        self._end_all(self._agents.values())

    def join(self) -> None:
        """End the nursery: nobody wants anything from it any more."""
        self._closing = True
        self._nursery.discard()
        if self._followed:
            self._done.wait(LINGER_SECONDS)
        self._other.join()

    def _follow(self) -> None:
        """Take in what the nursery tells, until it is gone."""
        try:
            while (messages := self._nursery.listen()) is not None:
                for message in messages:
                    if isinstance(message, AgentForked | AgentReaped):
                        self._heard_of(message)
            returncode = self._nursery.wait()
            with self._lock:
                self._lost = True
            if not self._closing:
                self._inbox.put(ZygoteGone(returncode=returncode))
            self._follow_orphans()
        finally:
            self._done.set()
