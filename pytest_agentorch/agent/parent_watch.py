"""The end of the controller is the end of its agents, however it ended."""

from __future__ import annotations

import _thread
import os
import select
import signal
import time


def end_with_parent() -> None:
    """Kill this process group as soon as the parent process is gone.

    A raw thread: it shows in no `threading.enumerate()` and is waited for by nobody.
    """
    if hasattr(os, "killpg"):
        end_with(os.getppid())


def end_with(controller: int) -> None:
    """Kill this process group as soon as the controller is gone, which need not be the parent."""
    _thread.start_new_thread(_watch, (controller,))


def _watch(parent: int) -> None:
    if not _wait_for_end(parent):
        while _exists(parent):
            time.sleep(0.5)
    if os.getpgid(0) == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os._exit(1)


def _wait_for_end(parent: int) -> bool:
    """Wait on a pidfd where there is one; say whether that could be done."""
    if not hasattr(os, "pidfd_open"):
        return False
    try:
        descriptor = os.pidfd_open(parent)
    except OSError:
        return False
    try:
        poll = select.poll()
        poll.register(descriptor, select.POLLIN)
        poll.poll()
    except OSError:
        return False
    finally:
        os.close(descriptor)
    return True


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    return True
