"""What has become of a signal that was sent to another process."""

from __future__ import annotations

import contextlib
from pathlib import Path

PROC = Path("/proc")


def is_answered(pid: int, number: int, proc: Path = PROC) -> bool:
    """Whether no signal of this number waits for the process, and none of its threads answers one.

    While a thread runs the handler of a signal, that signal is blocked in it (sigaction(2)); both
    are bit masks in `/proc/PID/task/TID/status` (proc_pid_status(5)). Where there is no such
    file, and of a process that is gone, it is true.
    """
    bit = 1 << (number - 1)
    return not any(_marks(thread) & bit for thread in _threads(proc / str(pid)))


def _threads(process: Path) -> list[Path]:
    with contextlib.suppress(OSError):
        return list((process / "task").iterdir())
    return []


def _marks(thread: Path) -> int:
    """Return the signals that wait for a thread or its process, or that it does not let through."""
    marks = 0
    with contextlib.suppress(OSError, ValueError):
        for line in (thread / "status").read_text("ascii", "replace").splitlines():
            if line.startswith(("SigPnd:", "ShdPnd:", "SigBlk:")):
                marks |= int(line.partition(":")[2], 16)
    return marks
