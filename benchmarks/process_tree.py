"""Process tree: one command with all its descendants, timed until the last of them is gone.

CPU is what the system adds up for the children that this process waited for (RUSAGE_CHILDREN, the
difference from before to after). A child's part holds the child itself and, recursively, all that
it waited for in its turn, whether or not they ended long ago: what `os.wait4` tells of the direct
child. Missing would be descendants whose parent ended without waiting for them. On Linux they are
given to the nearest "child subreaper" above, which this process becomes: it waits for them, too,
and so counts them. Not counted anywhere are children of a process that ignores SIGCHLD.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks import leftover
from benchmarks.run import GRACE_SECONDS, TIME_LIMIT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

TERMINATION_SECONDS = 10.0
PR_SET_CHILD_SUBREAPER = 36


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What a command took; wall time ends with the command, CPU time with its last descendant."""

    ending: str
    wall_seconds: float
    cpu_seconds: float | None
    processes_left: int


def measure(
    command: Sequence[str],
    *,
    cwd: Path,
    variables: Mapping[str, str],
    output: Path,
    time_limit_seconds: float,
) -> Usage:
    """Run a command to its end, and end what it leaves behind.

    No other child of this process may end meanwhile: its CPU time would be added.
    """
    _adopt_orphans()
    token = leftover.token()
    before = _children_cpu_seconds()
    environment = {**variables, leftover.VARIABLE: token}
    start = time.perf_counter()
    try:
        process = _start(command, cwd, environment, output)
        # Waiting with a timeout would poll, and add up to 50 ms to each wall time.
        with _time_limit(process, time_limit_seconds) as exceeded:
            exit_code = process.wait()
        wall_seconds = time.perf_counter() - start
    finally:
        left = leftover.end_leftovers(token, grace_seconds=GRACE_SECONDS)
        _reap()
    after = _children_cpu_seconds()
    return Usage(
        ending=TIME_LIMIT if exceeded.is_set() else str(exit_code),
        wall_seconds=wall_seconds,
        cpu_seconds=None if before is None or after is None else after - before,
        processes_left=len(left),
    )


def _start(
    command: Sequence[str], cwd: Path, variables: Mapping[str, str], output: Path
) -> subprocess.Popen[bytes]:
    with output.open("wb") as file:
        return subprocess.Popen(
            command,
            cwd=cwd,
            env=variables,
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


@contextlib.contextmanager
def _time_limit(process: subprocess.Popen[bytes], seconds: float) -> Iterator[threading.Event]:
    """Ask the process to end after so many seconds, and force it a while later."""
    exceeded = threading.Event()

    def ask() -> None:
        exceeded.set()
        process.terminate()

    timers = (
        threading.Timer(seconds, ask),
        threading.Timer(seconds + TERMINATION_SECONDS, process.kill),
    )
    for timer in timers:
        timer.start()
    try:
        yield exceeded
    finally:
        for timer in timers:
            timer.cancel()


def _adopt_orphans() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def _reap() -> None:
    """Wait for orphans that have ended, so that their CPU time counts and no zombie stays."""
    if sys.platform != "win32":
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass


def _children_cpu_seconds() -> float | None:
    if sys.platform == "win32":
        return None
    import resource

    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime
