"""One agent as the controller holds it: its process, its execnet channel, and what they say."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

from pytest_agentorch.controller.notice import AgentGone, AgentSpoke, Notice
from pytest_agentorch.controller.stopped import WHY, Stop
from pytest_agentorch.model.errors import ProtocolError
from pytest_agentorch.model.ids import AgentId, SlotId
from pytest_agentorch.protocol.codec import TO_AGENT, TO_CONTROLLER
from pytest_agentorch.protocol.to_agent import ToAgent
from pytest_agentorch.protocol.to_controller import Hello, SessionEnded, ToController
from pytest_agentorch.system.native import Event, SimpleQueue, start_thread
from pytest_agentorch.system.process_tree import (
    has_ended,
    interrupt,
    kill_tree,
    show_stacks,
    stacks_are_shown,
    terminate_tree,
)

LINGER_SECONDS = 10.0
"""How long a dismissed agent may take to exit: threads and atexit functions of tests."""
TERM_SECONDS = 2.0
"""How long a process may take to end that was asked to."""
STACKS_SECONDS, STACKS_LOOKS = 0.01, 100
"""How often to look whether its stacks are written before it is asked, and how many times."""
SILENT_SECONDS = 0.5
"""How long a process may live after it has closed its end of the wire before its session ended."""
DRAIN_SECONDS = 0.5
"""How long to wait for the end of the wire once the process is gone and its children are killed."""
_KILLED = (None, -getattr(signal, "SIGKILL", -signal.SIGTERM))
"""How a process ends that was killed here, as far as its parent knows."""


class AgentWire:
    """Carries messages and signals to one agent; what it says goes into the inbox.

    Attributes:
        pid: of its process; None before there is one.
        error: what went wrong outside of pytest; the first word counts.
        doomed: it is to die as soon as it is there.
        peak_memory: the most that was resident of it, in bytes; None if nobody knows.
    """

    def __init__(self, agent: AgentId, slot: SlotId, inbox: SimpleQueue[Notice]) -> None:
        self.agent = agent
        self.slot = slot
        self.gateway: Any = None
        self.pid: int | None = None
        self.error = ""
        self.doomed = False
        self.peak_memory: int | None = None
        self._inbox = inbox
        self._stop = Stop()
        self._channel: Any = None
        self._sent = self._heard = 0
        self._latest = b""
        self._named, self._closed, self._dead, self._gone = Event(), Event(), Event(), Event()
        self._ended = self._dismissed = self._lives_on = False

    @property
    def is_gone(self) -> bool:
        """Whether its end has been told."""
        return self._gone.is_set()

    def listen(self, channel: Any) -> None:
        """Take messages from a channel."""
        self._channel = channel
        channel.setcallback(self._receive, endmarker=None)

    def send(self, message: ToAgent) -> None:
        """Send a message; to an agent that is gone it is lost."""
        if self._channel is not None:
            with contextlib.suppress(OSError):
                self._channel.send(TO_AGENT.encode([message], self._sent))
            self._sent += 1

    def dismiss(self) -> None:
        """Close the gateway; the process exits by itself or is killed later."""
        self._dismissed = True
        self._kill_after(LINGER_SECONDS)
        self.gateway.exit()

    def interrupt(self) -> None:
        """Send SIGINT to the process."""
        if self.pid is not None and not self._dead.is_set():
            interrupt(self.pid)

    def terminate(self) -> None:
        """Ask the process and its children to end; it shows its stacks first. Kill it later."""
        if self.pid is None:
            self.kill()
        elif not self._dead.is_set():
            show_stacks(self.pid)
            start_thread(self._end_after_stacks)

    def kill(self) -> None:
        """Kill the process and its children; one that is being started as soon as it is there."""
        self.doomed = True
        if self.pid is not None and not self._dead.is_set():
            kill_tree(self.pid)

    def heed_stopped(self) -> None:
        """Kill the process if it was stopped for too long."""
        if not self._dead.is_set() and self._stop.is_final(self.pid):
            self.error = self.error or WHY
            self.kill()

    def close(self) -> None:
        """Count the wire as closed: nothing will come over it."""
        self._closed.set()

    def bury(self) -> None:
        """The process is dead: wait until everything that it has said has arrived."""
        self._dead.set()
        if self._channel is not None:
            self._closed.wait(DRAIN_SECONDS)
        if self.gateway is not None:
            self.gateway.exit()

    def tell_gone(self, returncode: int | None) -> None:
        """Say that the process is gone; the last that is said of it."""
        self._dead.set()
        if self._lives_on and returncode in _KILLED:
            self.error = self.error or "it closed its end of the wire and lived on"
        self._inbox.put(
            AgentGone(
                agent=self.agent,
                returncode=returncode,
                peak_memory=self.peak_memory,
                error=self.error,
            )
        )
        self._gone.set()

    def wait_named(self) -> int | None:
        """Wait until the process has said its number, or will say nothing any more."""
        self._named.wait()
        return self.pid

    def wait_gone(self, seconds: float) -> None:
        """Wait until that has been said."""
        self._gone.wait(max(0.0, seconds))

    def _receive(self, blob: bytes | None) -> None:
        """Decode and enqueue, in execnet's thread; nothing else happens here."""
        if blob is None:
            self._closed.set()
            self._named.set()
            failure = self._channel._getremoteerror()  # noqa: SLF001
            if failure is not None and not isinstance(failure, EOFError):
                self.error = str(failure)
            if not (self._ended or self._dismissed):
                # It may be on its way out; if it lives on, it can be told nothing any more.
                self._kill_after(SILENT_SECONDS)
            return
        if blob == self._latest:
            # The agent was interrupted and did not know that it had been sent.
            return
        self._latest = blob
        try:
            messages = TO_CONTROLLER.decode(blob, self._heard)
            self._heard += 1
            self._note_name(messages)
            self._ended = self._ended or any(isinstance(one, SessionEnded) for one in messages)
            self._inbox.put(AgentSpoke(agent=self.agent, messages=messages))
        except ProtocolError as error:
            self.error = self.error or str(error)
            self.kill()

    def _note_name(self, messages: Sequence[ToController]) -> None:
        if not self._named.is_set():
            self.pid = self.pid or next((m.pid for m in messages if isinstance(m, Hello)), None)
            self._named.set()

    def _kill_after(self, seconds: float) -> None:
        """Kill the process if it is still there after so many seconds."""
        start_thread(partial(self._end_after, seconds))

    def _end_after_stacks(self) -> None:
        """Ask the process to end, once its stacks are written; kill it if it does not.

        Of two signals that wait, that of the lower number comes first: it is SIGTERM.
        """
        assert self.pid is not None
        for _ in range(STACKS_LOOKS):
            if self._dead.wait(STACKS_SECONDS):
                return
            if stacks_are_shown(self.pid):
                break
        terminate_tree(self.pid)
        self._end_after(TERM_SECONDS)

    def _end_after(self, seconds: float) -> None:
        if self.pid is None or self._dead.wait(seconds) or has_ended(self.pid):
            return
        self._lives_on = not self._ended
        kill_tree(self.pid)


def pids_of(wires: Iterable[AgentWire]) -> dict[AgentId, int]:
    """The processes of those that have one and whose end has not been told."""
    # Other agents may come meanwhile.
    return {this.agent: this.pid for this in list(wires) if this.pid and not this.is_gone}
