"""The kernel's out-of-memory killer: whom it kills it does not say, only how many there were."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

from pytest_agentorch.system.cgroup import PROC, own_folder

_COUNTERS = ("memory.events", "memory.oom_control")
"""Of a group of version 2, and of version 1."""
_OF_ALL = Path("/proc/vmstat")
_WORD = "oom_kill"
_MOMENT_SECONDS = 1.0


class OomKiller:
    """Knows whether it has killed somebody of this group just now.

    Where this process is in no group that counts it, all processes of the machine do.
    """

    def __init__(
        self, clock: Callable[[], float], proc: Path = PROC, of_all: Path = _OF_ALL
    ) -> None:
        self._clock = clock
        self._killed_at = -math.inf
        folder = own_folder("memory", proc)
        files = [] if folder is None else [folder / name for name in _COUNTERS]
        self._file = next((file for file in files if _count(file) is not None), of_all)
        self._known = _count(self._file) or 0

    def has_killed(self) -> bool:
        """Whether the count has grown since that was asked last, or a moment before.

        It may have killed several, and this is asked for each.
        """
        before, self._known = self._known, _count(self._file) or self._known
        if self._known > before:
            self._killed_at = self._clock()
        return self._clock() - self._killed_at < _MOMENT_SECONDS


def _count(file: Path) -> int | None:
    try:
        lines = map(str.split, file.read_text("utf-8").splitlines())
        return next((int(line[1]) for line in lines if line[:1] == [_WORD]), None)
    except (OSError, ValueError, IndexError):
        return None
