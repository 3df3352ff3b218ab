"""The host: how busy it is, whoever uses it."""

from __future__ import annotations

import platform
import sys

import psutil

from pytest_agentorch.model.frozen import Frozen

_COUNTED_ONCE = 8
"""The first times of all CPUs; on Linux what comes behind them is in them, too."""


def platform_name() -> str:
    """Name the platform as Python does, which may start a process to find that out.

    A project may have replaced what starts them; then it is the name that needs none.
    """
    try:
        return platform.platform()
    except Exception:  # noqa: BLE001 - whatever the project has put there
        return sys.platform


class HostUse(Frozen):
    """What is in use; None if nobody knows.

    Attributes:
        cpu_percent: of all CPUs together, since somebody asked before.
        memory_available: bytes that processes could have.
    """

    cpu_percent: float | None = None
    memory_available: int | None = None


class Host:
    """Asked now and then."""

    def __init__(self) -> None:
        self._idle = self._all = 0.0

    def use(self) -> HostUse:
        """Ask the system. It does not wait, and never raises: other things matter more."""
        try:
            available = psutil.virtual_memory().available
            return HostUse(cpu_percent=self._percent(), memory_available=available)
        except Exception:  # noqa: BLE001 - what a system may not tell, and how it says so
            return HostUse()

    def _percent(self) -> float | None:
        times = psutil.cpu_times()
        idle, every = times.idle + getattr(times, "iowait", 0.0), sum(times[:_COUNTED_ONCE])
        idle_since, since = idle - self._idle, every - self._all
        was_asked = bool(self._all)
        self._idle, self._all = idle, every
        if not was_asked or since <= 0:
            return None
        return round(min(100.0, max(0.0, 100 * (1 - idle_since / since))), 1)
