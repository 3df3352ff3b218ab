"""Processes by number: interrupted, waited for, and killed with all that they started."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess

import psutil

from pytest_agentorch.system.signal_state import is_answered
from pytest_agentorch.system.stack_signal import STACK_SIGNAL


def interrupt(pid: int) -> None:
    """Do to a process what Ctrl-C does; it may be gone already."""
    with contextlib.suppress(OSError):
        os.kill(pid, signal.SIGINT)


def show_stacks(pid: int) -> None:
    """Let an agent write down the stacks of its threads, where there is a signal for that."""
    if STACK_SIGNAL is not None:
        with contextlib.suppress(OSError):
            os.kill(pid, STACK_SIGNAL)


def stacks_are_shown(pid: int) -> bool:
    """Whether it has done so; never of an agent that lets no signal through."""
    return STACK_SIGNAL is None or is_answered(pid, STACK_SIGNAL)


def is_stopped(pid: int) -> bool:
    """Whether a process waits for SIGCONT."""
    try:
        return psutil.Process(pid).status() == psutil.STATUS_STOPPED
    except psutil.Error:
        return False


def terminate_tree(pid: int) -> None:
    """Ask a process and all its descendants to end."""
    for process in _descendants(pid):
        with contextlib.suppress(psutil.Error):
            process.terminate()
    with contextlib.suppress(OSError):
        os.kill(pid, signal.SIGTERM)


def has_ended(pid: int) -> bool:
    """Whether a process runs no more; its parent may not know yet."""
    try:
        return psutil.Process(pid).status() in (psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD)
    except psutil.NoSuchProcess:
        return True


def kill_tree(pid: int) -> None:
    """Kill a process that has not been reaped, its group if it leads one, and all descendants."""
    descendants = _descendants(pid)
    kill_group(pid)
    for process in descendants:
        with contextlib.suppress(psutil.Error):
            process.kill()
    with contextlib.suppress(OSError):
        os.kill(pid, signal.SIGTERM if os.name == "nt" else signal.SIGKILL)


def _descendants(pid: int) -> list[psutil.Process]:
    with contextlib.suppress(psutil.Error, OSError):
        return psutil.Process(pid).children(recursive=True)
    return []


def kill_group(pid: int) -> None:
    """Kill what is left of the process group that `pid` leads or has led."""
    if hasattr(os, "killpg"):
        with contextlib.suppress(OSError):
            os.killpg(pid, signal.SIGKILL)


def wait_unreaped(popen: subprocess.Popen[bytes]) -> None:
    """Wait for the end of a child but leave its number taken, where the system can do that.

    Elsewhere it is reaped: its return code is known then.
    """
    if hasattr(os, "waitid"):
        with contextlib.suppress(ChildProcessError):
            os.waitid(os.P_PID, popen.pid, os.WEXITED | os.WNOWAIT)
            return
    popen.wait()


def wait_for_orphan(pid: int) -> int | None:
    """Wait for a process whose parent is gone; return its return code if this one inherited it."""
    with contextlib.suppress(OSError):
        watch = os.pidfd_open(pid)
        try:
            poll = select.poll()
            poll.register(watch, select.POLLIN)
            poll.poll()
        finally:
            os.close(watch)
    kill_group(pid)
    with contextlib.suppress(ChildProcessError):
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    return None
