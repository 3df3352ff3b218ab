"""Processes of a run: found by a word in their environment, whoever their parent is by now."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable

import psutil

VARIABLE = "AGENTORCH_TEST_RUN"


def alive(run: str) -> list[psutil.Process]:
    """Return the processes of a run, except those that only wait to be reaped."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            if process.environ().get(VARIABLE) == run and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
    return found


def remaining(run: str, *, patience: float = 5.0) -> list[str]:
    """Return the command lines of what is still there when patience is at its end."""
    wait_until(lambda: not alive(run), patience=patience)
    lines = []
    for process in alive(run):
        with contextlib.suppress(psutil.Error):
            lines.append(f"{process.pid}: {' '.join(process.cmdline())}")
    return lines


def wait_until(condition: Callable[[], bool], *, patience: float = 60.0) -> bool:
    """Wait until something is so; say whether it is."""
    deadline = time.monotonic() + patience
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def kill_all(run: str) -> None:
    """End what a failed test has left behind."""
    for process in alive(run):
        with contextlib.suppress(psutil.Error):
            process.kill()
