"""Processes that tests have left behind, also those that left their agent's process group.

On Linux the controller adopts them (it is a "child subreaper"), so they are its children when their
parents are gone. Which of its children come from agents tells a variable in the environment with
which agents are started: the controller's own children do not have it.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import sys
import threading
from collections.abc import Iterator

import psutil

VARIABLE = "PYTEST_AGENTORCH_RUN"
_PR_SET_CHILD_SUBREAPER = 36  # linux/prctl.h


def adopt_orphans() -> None:
    """Become the parent of descendants whose parents end, where the system can do that."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


class StartEnvironment:
    """Puts the variable into the environment while at least one agent is being started."""

    def __init__(self, token: str) -> None:
        self._token = token
        self._lock = threading.Lock()
        self._starting = 0

    @contextlib.contextmanager
    def starting(self) -> Iterator[None]:
        """Start one agent; several may be started at the same time."""
        with self._lock:
            self._starting += 1
            os.environ[VARIABLE] = self._token
        try:
            yield
        finally:
            with self._lock:
                self._starting -= 1
                if not self._starting:
                    os.environ.pop(VARIABLE, None)

    def kill_orphans(self, agents: frozenset[int]) -> None:
        """Kill and reap the adopted processes of this run.

        Args:
            agents: the pids of agents: they are children as well, and not orphans.
        """
        orphans = [child for child in _children() if child.pid not in agents and self._is_of(child)]
        for orphan in orphans:
            with contextlib.suppress(psutil.Error):
                for process in (*orphan.children(recursive=True), orphan):
                    process.kill()
        psutil.wait_procs(orphans, timeout=5)

    def _is_of(self, process: psutil.Process) -> bool:
        try:
            return process.environ().get(VARIABLE) == self._token
        except (psutil.Error, OSError):
            return False


def _children() -> list[psutil.Process]:
    try:
        return psutil.Process().children()
    except psutil.Error:
        return []
