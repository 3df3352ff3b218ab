"""The host: how busy it is, whoever uses it."""

from __future__ import annotations

import psutil

from pytest_agentorch.model.frozen import Frozen


class HostUse(Frozen):
    """What is in use.

    Attributes:
        cpu_percent: of all CPUs together, since somebody asked before; None the first time.
        memory_available: bytes that processes could have.
    """

    cpu_percent: float | None
    memory_available: int


class Host:
    """Asked now and then, by one thread."""

    def __init__(self) -> None:
        self._was_asked = False

    def use(self) -> HostUse:
        """Ask the system; it does not wait.

        Raises:
            psutil.Error, OSError: it does not tell.
        """
        percent, was_asked = psutil.cpu_percent(), self._was_asked
        self._was_asked = True
        available = psutil.virtual_memory().available
        return HostUse(cpu_percent=percent if was_asked else None, memory_available=available)
