"""The agent's end of the wire: messages out in batches, messages in from execnet's thread."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from pytest_agentorch.protocol.codec import TO_AGENT, TO_CONTROLLER
from pytest_agentorch.protocol.to_agent import FinishSession, ToAgent
from pytest_agentorch.protocol.to_controller import ToController


class Link:
    """Sends to the controller and hands over what it says. Safe to use from any thread."""

    def __init__(self, channel: Any) -> None:
        self._channel = channel
        self._lock = threading.RLock()
        self._batch: list[ToController] = []

    def attach(self, channel: Any) -> None:
        """Speak over another channel from now on: this process is another one."""
        self._channel = channel
        self._batch = []

    def post(self, message: ToController) -> None:
        """Add a message to the batch; it leaves with the next `send` or `flush`."""
        with self._lock:
            self._batch.append(message)

    def send(self, message: ToController) -> None:
        """Send the batch and this message at once."""
        with self._lock:
            self._batch.append(message)
            self.flush()

    def flush(self) -> None:
        """Send the batch. A controller that is gone is not an error: the process ends with it."""
        with self._lock:
            if not self._batch:
                return
            batch, self._batch = self._batch, []
            try:
                self._channel.send(TO_CONTROLLER.encode(batch))
            except OSError:
                return

    def listen(self, take: Callable[[ToAgent], None]) -> None:
        """Call `take` in execnet's thread for each message; a closed wire ends the session."""

        def receive(blob: bytes | None) -> None:
            if blob is None:
                take(FinishSession())
                return
            for message in TO_AGENT.decode(blob):
                take(message)

        self._channel.setcallback(receive, endmarker=None)
