"""Pressure: whether this machine, or the container that this is, is short of memory now."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from pytest_agentorch.system.capacity import available_memory, find_capacity
from pytest_agentorch.system.cgroup import PROC, own_folder

WAITING_SHARE = 0.1
"""Memory is short if some process has waited for it so long since the last look, of that time."""
LEFT_SHARE = 0.05
"""It is short, too, if less than this is left."""
MOST_LEFT = 1 << 30
"""So much is enough on the largest machine."""
_OF_ALL = Path("/proc/pressure/memory")
_MICROSECONDS = 1_000_000


class Pressure:
    """Looks at what the kernel tells of processes that wait, and at what is left."""

    def __init__(
        self,
        clock: Callable[[], float],
        proc: Path = PROC,
        of_all: Path = _OF_ALL,
        available: Callable[[], int | None] = available_memory,
    ) -> None:
        self._clock = clock
        folder = own_folder("memory", proc)
        files = [of_all] if folder is None else [of_all, folder / "memory.pressure"]
        self._files = [file for file in files if _waited(file) is not None]
        self._available = available
        self._least = min(MOST_LEFT, LEFT_SHARE * find_capacity(proc).memory)
        self._at, self._seconds = clock(), self._all_waited()

    def is_short(self) -> bool:
        """Whether memory is short, in the time since this was asked last."""
        at, seconds = self._clock(), self._all_waited()
        passed = max(at - self._at, 1e-6)
        waits = any(
            (now - before) / passed >= WAITING_SHARE
            for now, before in zip(seconds, self._seconds, strict=True)
        )
        self._at, self._seconds = at, seconds
        left = self._available()
        return waits or (left is not None and left < self._least)

    def _all_waited(self) -> list[float]:
        return [_waited(file) or 0.0 for file in self._files]


def _waited(file: Path) -> float | None:
    """For how many seconds some process has waited so far; None if nobody counts that."""
    try:
        # some avg10=0.00 avg60=0.00 avg300=0.00 total=0
        some = file.read_text("utf-8").partition("\n")[0]
        return int(some.rpartition("total=")[2]) / _MICROSECONDS
    except (OSError, ValueError):
        return None
