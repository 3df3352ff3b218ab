"""Leftover: a process that outlives the run it belongs to.

A run's processes are known by a token in their environment, which children inherit even when
they change session, process group and parent. Who clears its environment escapes.
"""

from __future__ import annotations

import contextlib
import secrets
from dataclasses import dataclass

import psutil

VARIABLE = "AGENTORCH_BENCHMARK_RUN"


@dataclass(frozen=True, slots=True, kw_only=True)
class Leftover:
    """What is worth telling about a process that was found."""

    pid: int
    command: str


def token() -> str:
    """A value of `VARIABLE` that no other run has."""
    return secrets.token_hex(16)


def end_leftovers(token: str, *, grace_seconds: float) -> tuple[Leftover, ...]:
    """The run's processes that are still there after the grace; they are killed."""
    psutil.wait_procs(_processes(token), timeout=grace_seconds)
    found = _processes(token)
    told = tuple(Leftover(pid=process.pid, command=_command(process)) for process in found)
    while found:
        for process in found:
            _kill(process)
        psutil.wait_procs(found, timeout=grace_seconds)
        # What a process started just before it was killed.
        found = [late for late in _processes(token) if late not in found]
    return told


def _processes(token: str) -> list[psutil.Process]:
    return [process for process in psutil.process_iter() if _carries(process, token)]


def _carries(process: psutil.Process, token: str) -> bool:
    try:
        return process.environ().get(VARIABLE) == token
    except (psutil.Error, OSError):
        return False


def _command(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return "(ended meanwhile)"


def _kill(process: psutil.Process) -> None:
    with contextlib.suppress(psutil.Error):
        process.kill()
