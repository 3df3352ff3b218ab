"""The end of the controller is the end of its agents, however it ended."""

from __future__ import annotations

import atexit
import contextlib
import os
import select
import signal
from typing import Any

from pytest_agentorch.agent.reaper import Reaper
from pytest_agentorch.system.native import Event, start_thread

_POLL_SECONDS = 0.5
_PATIENCE_SECONDS = 15.0


def end_with_parent() -> None:
    """End the run as soon as the parent process is gone, from a thread that nobody sees."""
    if hasattr(os, "killpg"):
        end_with(os.getppid())


def end_with(controller: int) -> None:
    """End the run as soon as its controller is gone, which need not be the parent."""
    watch = _Watch(controller)
    start_thread(watch.follow)
    atexit.register(watch.linger)


class _Watch:
    """Holds all that it will need: whatever tests make of `os` by then, these are the real ones."""

    def __init__(self, controller: int) -> None:
        self._getpid, self._getppid, self._getpgid = os.getpid, os.getppid, os.getpgid
        self._open, self._read, self._close = os.open, os.read, os.close
        self._killpg, self._exit = os.killpg, os._exit
        self._poll: Any = getattr(select, "poll", None)
        self._pidfd_open: Any = getattr(os, "pidfd_open", None)
        self._pause = Event()
        self._pid, self._controller = os.getpid(), controller
        self._is_child = os.getppid() == controller
        self._reaper = Reaper(os.environ)

    def follow(self) -> None:
        """Wait until the controller is gone, and let all that belongs to the run be killed."""
        self._wait_for_end()
        try:
            self._reaper.start()
            self._pause.wait(_PATIENCE_SECONDS)
        finally:
            if self._getpgid(0) == self._pid:
                self._killpg(0, signal.SIGKILL)
            self._exit(1)

    def linger(self) -> None:
        """Do not end by itself, at the end of its session, before it has seen to the rest."""
        if self._getpid() == self._pid and not self._exists():
            self._pause.wait(_PATIENCE_SECONDS)

    def _wait_for_end(self) -> None:
        if self._pidfd_open is not None:
            with contextlib.suppress(OSError):
                descriptor = self._pidfd_open(self._controller)
                poll = self._poll()
                poll.register(descriptor, select.POLLIN)
                poll.poll()
        # There is no such descriptor, or a test has closed it.
        while self._exists():
            self._pause.wait(_POLL_SECONDS)

    def _exists(self) -> bool:
        """Whether the controller lives; one that nobody has waited for yet does not."""
        if self._is_child:
            return self._getppid() == self._controller
        try:
            descriptor = self._open(f"/proc/{self._controller}/stat", os.O_RDONLY)
        except OSError:
            return False
        try:
            # Behind the name of the program, which may hold anything.
            return self._read(descriptor, 4096).rpartition(b") ")[2][:1] not in b"ZX"
        finally:
            self._close(descriptor)
