"""The end of the controller is the end of its agents, however it ended."""

from __future__ import annotations

import atexit
import contextlib
import ctypes
import os
import select
import signal
from types import SimpleNamespace
from typing import Any

from pytest_agentorch.agent.reaper import Reaper
from pytest_agentorch.system.native import Event, start_thread

_POLL_SECONDS = 0.5
_PR_SET_PDEATHSIG = 1  # linux/prctl.h
_PATIENCE_SECONDS = 15.0
_os: Any = SimpleNamespace(**vars(os))
_select: Any = SimpleNamespace(**vars(select))


def end_with_parent() -> None:
    """End the run as soon as the parent process is gone, from a thread that nobody sees."""
    if hasattr(os, "killpg"):
        end_with(os.getppid())


def end_with(controller: int) -> None:
    """End the run as soon as its controller is gone, which need not be the parent."""
    watch = _Watch(controller)
    start_thread(watch.follow)
    atexit.register(watch.linger)


def die_with_parent(number: int | None) -> None:
    """Ask the system for this signal when the parent ends, or for none. Linux only."""
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, number or 0, 0, 0, 0)


class _Watch:
    """Uses only what was there at import: whatever tests make of `os`, it sees the real one."""

    def __init__(self, controller: int) -> None:
        self._pause = Event()
        self._pid, self._controller = _os.getpid(), controller
        self._is_child = _os.getppid() == controller
        self._reaper = Reaper(os.environ)

    def follow(self) -> None:
        """Wait until the controller is gone, and let all that belongs to the run be killed."""
        self._wait_for_end()
        try:
            self._reaper.start()
            self._reaper.wait(_PATIENCE_SECONDS)
        finally:
            if _os.getpgid(0) == self._pid:
                _os.killpg(0, signal.SIGKILL)
            _os._exit(1)  # noqa: SLF001

    def linger(self) -> None:
        """Do not end by itself, at the end of its session, before it has seen to the rest."""
        if _os.getpid() == self._pid and not self._exists():
            self._pause.wait(_PATIENCE_SECONDS)

    def _wait_for_end(self) -> None:
        if hasattr(_os, "pidfd_open"):
            with contextlib.suppress(OSError):
                descriptor = _os.pidfd_open(self._controller)
                poll = _select.poll()
                poll.register(descriptor, select.POLLIN)
                poll.poll()
        # There is no such descriptor, or a test has closed it.
        while self._exists():
            self._pause.wait(_POLL_SECONDS)

    def _exists(self) -> bool:
        """Whether the controller lives; one that nobody has waited for yet does not."""
        if self._is_child:
            return bool(_os.getppid() == self._controller)
        try:
            descriptor = _os.open(f"/proc/{self._controller}/stat", os.O_RDONLY)
        except OSError:
            return False
        try:
            # Behind the name of the program, which may hold anything.
            return _os.read(descriptor, 4096).rpartition(b") ")[2][:1] not in b"ZX"
        finally:
            _os.close(descriptor)
