"""Where messages come into an agent, whether or not a test of it ever asks for any."""

from __future__ import annotations

from collections.abc import Callable

from pytest_agentorch.agent.link import Link
from pytest_agentorch.protocol.mail import ForAgent
from pytest_agentorch.system.native import RLock


class MailDoor:
    """Keeps the little that is sent until somebody wants it. Nothing of it is confirmed."""

    def __init__(self, link: Link) -> None:
        self.link = link
        self._lock = RLock()
        self._early: list[ForAgent] = []
        self._take: Callable[[ForAgent], None] = self._early.append

    def take(self, message: ForAgent) -> None:
        """Take in what the controller says, in execnet's thread."""
        with self._lock:
            self._take(message)

    def open(self, take: Callable[[ForAgent], None]) -> None:
        """Pass on what has come and what will."""
        with self._lock:
            self._take = take
            early, self._early = self._early, []
            for message in early:
                take(message)
