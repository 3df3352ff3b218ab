"""The agent's end of the wire: messages out in batches, messages in from execnet's thread."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from os import getpid
from typing import Any

from pytest_agentorch.protocol.codec import TO_AGENT, TO_CONTROLLER
from pytest_agentorch.protocol.to_agent import FinishSession, ToAgent
from pytest_agentorch.protocol.to_controller import Heartbeat, ToController
from pytest_agentorch.system.native import Event, Lock, RLock, start_thread

_LATEST_SECONDS = 0.05
_HEARTBEAT_SECONDS = 1.0
"""It says something at least so often, if it can."""
_LONGEST_BATCH = 300


class Link:
    """Sends to the controller and hands over what it says. Safe to use from any thread.

    A child that a test has forked has the same wire. It is not the agent: it sends nothing.
    """

    def __init__(self, channel: Any) -> None:
        self._lock = RLock()
        self.attach(channel)

    def attach(self, channel: Any) -> None:
        """Speak over this channel from now on, as the process that this is."""
        self._channel = channel
        self._pid = getpid()
        self._batch: list[ToController] = []
        self._announced: ToController | None = None
        self._blob: bytes | None = None
        self._sent = self._heard = 0
        self._sending = False
        self._bell = Lock()
        self._bell.acquire()
        self._rung = False

    @property
    def is_forked(self) -> bool:
        """Whether this process is not the agent, but a child that somebody has forked from it."""
        return getpid() != self._pid

    def post(self, message: ToController) -> None:
        """Add a message to the batch; it leaves with the next `send` or `flush`."""
        if self.is_forked:
            return
        with self._lock:
            self._admit()
            self._batch.append(message)
            if len(self._batch) >= _LONGEST_BATCH:
                self.flush()
            else:
                self._ring()

    def announce(self, message: ToController) -> None:
        """Say what goes on now, unless it is over before the batch leaves."""
        if self.is_forked:
            return
        with self._lock:
            self._announced = message
            self._ring()

    def withdraw(self) -> None:
        """What was announced is over."""
        self._announced = None

    def send(self, message: ToController) -> None:
        """Send the batch and this message at once."""
        self.post(message)
        self.flush()

    def flush(self) -> None:
        """Send the batch. A controller that is gone is not an error: the process ends with it."""
        if self.is_forked:
            return
        with self._lock:
            # A signal handler may come in between; what it adds leaves when this is sent.
            self._admit()
            while (self._batch or self._blob) and not self._sending:
                self._sending = True
                try:
                    self._send_batch()
                finally:
                    self._sending = False

    def listen(self, take: Callable[[ToAgent], None]) -> None:
        """Call `take` in execnet's thread for each message; a closed wire ends the session."""

        def receive(blob: bytes | None) -> None:
            if blob is None:
                take(FinishSession())
                return
            messages = TO_AGENT.decode(blob, self._heard)
            self._heard += 1
            for message in messages:
                take(message)

        self._channel.setcallback(receive, endmarker=None)
        start_thread(self._flush_late)

    def break_off(self, error: str) -> None:
        """Say nothing any more, and why."""
        with suppress(OSError):
            self._channel.close(error)

    def _admit(self) -> None:
        """What was announced comes before whatever is said while it goes on."""
        if self._announced is not None:
            self._batch.append(self._announced)
            self._announced = None

    def _ring(self) -> None:
        if not self._rung:
            self._rung = True
            self._bell.release()

    def _flush_late(self) -> None:
        """Send what waits, a moment after the first message of a batch."""
        pause = Event()
        while True:
            if not self._bell.acquire(timeout=_HEARTBEAT_SECONDS):
                self.send(Heartbeat())
                continue
            pause.wait(_LATEST_SECONDS)
            self._rung = False
            self.flush()

    def _send_batch(self) -> None:
        """Send a batch. If a signal handler raises, the same bytes are sent again next time.

        The controller knows what it has had already.
        """
        if self._blob is None:
            count = len(self._batch)
            blob = TO_CONTROLLER.encode(self._batch[:count], self._sent)
            self._blob, self._sent = blob, self._sent + 1
            del self._batch[:count]
        # What looks like an error of the wire may be a handler's: TimeoutError is an OSError.
        for _ in range(2):
            with suppress(OSError):
                self._channel.send(self._blob)
                break
        self._blob = None
