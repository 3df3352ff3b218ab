"""Agents that are forked from a zygote: it has collected, and a fork costs milliseconds."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pytest_agentorch.controller.agent_pool import AgentPool
from pytest_agentorch.controller.agent_wire import LINGER_SECONDS
from pytest_agentorch.controller.forking_pool import ForkedAgent, ForkingPool
from pytest_agentorch.controller.notice import AgentSpoke, Notice, ZygoteGone
from pytest_agentorch.controller.zygote import ZygoteHandle
from pytest_agentorch.model.ids import AgentId, RunId, SlotId
from pytest_agentorch.model.settings import Start
from pytest_agentorch.orchestration.start_choice import UNDECIDED, StartChoice, choose_start
from pytest_agentorch.protocol.birth_news import AgentForked, AgentReaped
from pytest_agentorch.protocol.to_agent import ToAgent
from pytest_agentorch.protocol.to_controller import (
    Hello,
    StopAsked,
    TestsCollected,
    ToController,
)
from pytest_agentorch.system.native import Event, Lock, SimpleQueue, start_thread
from pytest_agentorch.system.offspring import marked

_DIED = "the process that forks agents died"


class ForkedAgentPool(ForkingPool):
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
        super().__init__(inbox, spawned)
        self._run = run
        self._asked = asked
        self._choice = UNDECIDED
        self._zygote = zygote
        self._collector: ForkedAgent | None = None
        self._began = self._settled = False
        self._forks = True
        self._closing = self._stopped = False
        self._followed = Event()
        self._lock = Lock()

    @property
    def choice(self) -> StartChoice:
        """How agents start; not decided while the zygote collects."""
        return self._choice

    def open(self, agent: AgentId, slot: SlotId) -> None:
        """Make a wire; the process comes with `begin`."""
        with self._lock:
            forks = self._forks
            if forks:
                self._open_wire(agent, slot)
        if not forks:
            self._other.open(agent, slot)

    def begin(self, agent: AgentId, start: Mapping[str, Any]) -> None:
        """Let the zygote collect, for the first agent, or fork."""
        this = self._agents.get(agent)
        if this is None:
            self._other.begin(agent, start)
            return
        this.start, this.begun = start, True
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
            return self._other.settle(agent)
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
        if this is not None and this is self._collector and not self._settled:
            self._settled = True
            self._forks = False
            self._become(this)
        super().send(agent, message)

    def heed_stopped(self) -> None:
        """Kill processes that were stopped for too long, the zygote too."""
        super().heed_stopped()
        self._zygote.heed_stopped()

    def close(self) -> None:
        """Kill what is left, and let the zygote undo what it has set up, in its own time."""
        self._closing = True
        agents = self._agents.values()
        self._end_all(a for a in agents if a is not self._collector or self._settled)
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
        self._other.join()

    def _fork(self, this: ForkedAgent) -> None:
        self._zygote.fork(this.agent, this.start, this.there)
        this.there.close()

    def _become(self, this: ForkedAgent) -> None:
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

    def _zygote_gone(self, collector: ForkedAgent, returncode: int) -> None:
        if self._choice is UNDECIDED and not self._stopped:
            self._choice = StartChoice(start=Start.SPAWN, reasons=(self._how_it_died(collector),))
        with self._lock:
            forked, self._forks = self._forks and self._settled, False
        if not forked:
            self._end(collector, returncode)
        elif not self._closing:
            self._inbox.put(ZygoteGone(returncode=returncode))
        self._follow_orphans()

    def _how_it_died(self, collector: ForkedAgent) -> str:
        """Say when, and before it was told where to write its words, why; keep these."""
        if self._began:
            return f"{_DIED} while it collected"
        words = self._zygote.early_words().rstrip()
        if not words:
            return f"{_DIED} while it read its options"
        with contextlib.suppress(OSError):
            Path(str(collector.start["output"])).write_text(f"{words}\n", encoding="utf-8")
        return f"{_DIED} while it read its options: {words.splitlines()[-1]}"

    def _heard(self, message: ToController) -> None:
        match message:
            case Hello():
                self._began = True
            case TestsCollected():
                self._choice = choose_start(self._asked, message.objections)
                self._forks = self._choice.start is Start.FORK
            case StopAsked():
                # pytest has ended the collection, and not by mistake.
                self._stopped = True
            case AgentForked() | AgentReaped():
                self._heard_of(message)
