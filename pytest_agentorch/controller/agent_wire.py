"""One agent as the controller holds it: its process, its execnet channel, and what they say."""

from __future__ import annotations

import contextlib
import threading
from queue import SimpleQueue
from typing import Any

from pytest_agentorch.controller.notice import AgentGone, AgentSpoke, Notice
from pytest_agentorch.controller.process_tree import interrupt, kill_tree
from pytest_agentorch.model.errors import ProtocolError
from pytest_agentorch.model.ids import AgentId, SlotId
from pytest_agentorch.protocol.codec import TO_AGENT, TO_CONTROLLER
from pytest_agentorch.protocol.to_agent import ToAgent
from pytest_agentorch.protocol.to_controller import SessionEnded

LINGER_SECONDS = 10.0
"""How long a dismissed agent may take to exit: threads and atexit functions of tests."""
SILENT_SECONDS = 0.5
"""How long a process may live after it has closed its end of the wire before its session ended."""
DRAIN_SECONDS = 0.5
"""How long to wait for the end of the wire once the process is gone and its children are killed."""


class AgentWire:
    """Carries messages and signals to one agent; what it says goes into the inbox."""

    def __init__(self, agent: AgentId, slot: SlotId, inbox: SimpleQueue[Notice]) -> None:
        self.agent = agent
        self.slot = slot
        self.gateway: Any = None
        self.channel: Any = None
        self.pid: int | None = None
        self.error = ""
        self.doomed = False
        self._inbox = inbox
        self._closed = threading.Event()
        self._timers: list[threading.Timer] = []
        self._ended = False
        self.gone = False
        self._told = threading.Event()

    def listen(self, channel: Any) -> None:
        """Take messages from a channel."""
        self.channel = channel
        channel.setcallback(self._receive, endmarker=None)

    def send(self, message: ToAgent) -> None:
        """Send a message; to an agent that is gone it is lost."""
        if self.channel is not None:
            with contextlib.suppress(OSError):
                self.channel.send(TO_AGENT.encode([message]))

    def dismiss(self) -> None:
        """Close the gateway; the process exits by itself or is killed later."""
        self._kill_after(LINGER_SECONDS)
        self.gateway.exit()

    def interrupt(self) -> None:
        """Send SIGINT to the process."""
        if self.pid is not None and not self.gone:
            interrupt(self.pid)

    def kill(self) -> None:
        """Kill the process and its children; one that is being started as soon as it is there."""
        self.doomed = True
        if self.pid is not None and not self.gone:
            kill_tree(self.pid)

    def close(self) -> None:
        """Count the wire as closed: nothing will come over it."""
        self._closed.set()

    def drain(self) -> None:
        """Wait until everything that a process said before its end has arrived."""
        if self.channel is not None:
            self._closed.wait(DRAIN_SECONDS)
            self.gateway.exit()

    def tell_gone(self, returncode: int | None) -> None:
        """Say that the process is gone; the last that is said of it."""
        self.gone = True
        for timer in self._timers:
            timer.cancel()
        self._inbox.put(AgentGone(agent=self.agent, returncode=returncode, error=self.error))
        self._told.set()

    def wait_gone(self, seconds: float) -> None:
        """Wait until that has been said."""
        self._told.wait(seconds)

    def _receive(self, blob: bytes | None) -> None:
        """Decode and enqueue, in execnet's thread; nothing else happens here."""
        if blob is None:
            self._closed.set()
            failure = self.channel._getremoteerror()  # noqa: SLF001
            if failure is not None and not isinstance(failure, EOFError):
                self.error = str(failure)
            if not self._ended:
                # It may be on its way out; if it lives on, it can be told nothing any more.
                self._kill_after(SILENT_SECONDS)
            return
        try:
            messages = TO_CONTROLLER.decode(blob)
        except ProtocolError as error:
            self.error = str(error)
            self.kill()
            return
        self._ended = self._ended or any(isinstance(one, SessionEnded) for one in messages)
        self._inbox.put(AgentSpoke(agent=self.agent, messages=messages))

    def _kill_after(self, seconds: float) -> None:
        """Kill the process if it is still there after so many seconds."""

        def end() -> None:
            if self.pid is not None and not self.gone:
                kill_tree(self.pid)

        timer = threading.Timer(seconds, end)
        timer.daemon = True
        self._timers.append(timer)
        timer.start()
