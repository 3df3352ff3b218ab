"""The offspring of a run: its agents and all that tests have started, however far that went.

Process groups and parents can be left behind (`setsid`, a daemon's two forks). What stays is the
environment: agents are started with a mark in it.
"""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Mapping

import psutil

from pytest_agentorch.system.native import Event

VARIABLE = "PYTEST_AGENTORCH_RUN"
_PATIENCE_SECONDS = 10.0
_PAUSE_SECONDS = 0.02


def marked(environment: Mapping[str, str], run: str) -> dict[str, str]:
    """Return an environment with the mark of a run; a run inside of a run has both marks."""
    return {**environment, VARIABLE: " ".join([*_runs(environment), run])}


def innermost_run(environment: Mapping[str, str]) -> str | None:
    """Return the run that a process belongs to; None if it is part of none."""
    return next(reversed(_runs(environment)), None)


def kill_offspring(run: str) -> None:
    """Kill what belongs to a run, until there is nothing left that could start something."""
    pause, deadline = Event(), time.monotonic() + _PATIENCE_SECONDS
    while (found := _offspring(run)) and time.monotonic() < deadline:
        for pid in found:
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGTERM if os.name == "nt" else signal.SIGKILL)
        pause.wait(_PAUSE_SECONDS)


def _runs(environment: Mapping[str, str]) -> list[str]:
    return environment.get(VARIABLE, "").split()


def _offspring(run: str) -> set[int]:
    """Find the processes with the mark, and their descendants: these may have cleared theirs."""
    parents, found = {}, set()
    for process in psutil.process_iter():
        # Of one that has ended, the environment cannot be read.
        with contextlib.suppress(psutil.Error, OSError):
            parents[process.pid] = process.ppid()
            if run in _runs(process.environ()):
                found.add(process.pid)
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    return found - {os.getpid()}
