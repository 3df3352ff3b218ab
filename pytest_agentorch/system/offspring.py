"""The offspring of a run: its agents and all that tests have started, however far that went.

Process groups and parents can be left behind (`setsid`, a daemon's two forks). What stays is the
environment with which a program was started: that of agents has a mark. What was only forked has
that of the controller; it still has the memory that its agent shares with a file of the run.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import psutil

from pytest_agentorch.system.clock import CLOCK
from pytest_agentorch.system.native import Event

VARIABLE = "PYTEST_AGENTORCH_RUN"
"""In the environment of agents, and of what inherits it: the id of the run."""
REAPER = "reaper"
"""What kills a run has this in place of it: several at the same time leave each other alone."""
_PATIENCE_SECONDS = 10.0
_PAUSE_SECONDS = 0.02
_SLACK_SECONDS = 1.0
"""The system's clock may have been set."""


def marked(environment: Mapping[str, str], run: str) -> dict[str, str]:
    """Return an environment with the mark of a run; a run inside of a run has both marks."""
    return {**environment, VARIABLE: " ".join([*runs_around(environment), run])}


def innermost_run(environment: Mapping[str, str]) -> str:
    """Return the run that a process belongs to; empty if it is part of none."""
    return next(reversed(runs_around(environment)), "")


def began() -> float:
    """When this process began, as the system tells it of all processes."""
    return float(psutil.Process().create_time())


def kill_offspring(run: str, *, since: float = 0.0) -> None:
    """Kill what belongs to a run, until there is nothing left that could start something.

    Args:
        run: its id.
        since: what began earlier is not looked at.
    """
    pause, deadline = Event(), CLOCK() + _PATIENCE_SECONDS
    while CLOCK() < deadline:
        # There may be no descriptor left to look with, for a moment.
        with contextlib.suppress(OSError):
            found = _offspring(run, since)
            if not found:
                return
            for pid in found:
                _kill(pid)
        pause.wait(_PAUSE_SECONDS)


def _kill(pid: int) -> None:
    with contextlib.suppress(OSError):
        os.kill(pid, signal.SIGTERM if os.name == "nt" else signal.SIGKILL)


def runs_around(environment: Mapping[str, str]) -> list[str]:
    """Return the runs that a process is part of, the outermost first."""
    return environment.get(VARIABLE, "").split()


def _offspring(run: str, since: float) -> set[int]:
    """Find the processes with the mark, and their descendants: these may have cleared theirs."""
    parents: dict[int, int] = {}
    found: set[int] = set()
    for process in _processes(since):
        # Of one that has ended, the environment cannot be read.
        with contextlib.suppress(psutil.Error, OSError):
            if process.create_time() < since:
                continue
            parent, runs = process.ppid(), runs_around(process.environ())
            if REAPER not in runs:
                parents[process.pid] = parent
                belongs = run in runs or _maps_file_of(process.pid, run)
                found |= {process.pid} if belongs else set()
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    return found - {os.getpid()}


def _processes(since: float) -> Iterator[psutil.Process]:
    """All processes; on Linux most of those that began earlier are not even looked at by psutil.

    A host may have hundreds, and of each it would read more than once.
    """
    if sys.platform != "linux":
        yield from psutil.process_iter()
        return
    ticks, booted = os.sysconf("SC_CLK_TCK"), psutil.boot_time()
    for pid in psutil.pids():
        with contextlib.suppress(psutil.Error, OSError, ValueError, IndexError):
            stat = Path(f"/proc/{pid}/stat").read_bytes()
            # After its name, which may have anything in it.
            began = booted + int(stat[stat.rindex(b")") + 2 :].split()[19]) / ticks
            if began >= since - _SLACK_SECONDS:
                yield psutil.Process(pid)


def _maps_file_of(pid: int, run: str) -> bool:
    """Whether a process has memory of a file below the folder of a run."""
    try:
        return f"/{run}/" in Path(f"/proc/{pid}/maps").read_text("utf-8", "surrogateescape")
    except OSError:
        return False
