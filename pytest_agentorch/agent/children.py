"""The children of the zygote: watched without a thread and without a signal handler."""

from __future__ import annotations

import contextlib
import os
import select
import signal
from types import SimpleNamespace
from typing import Any, Protocol

from pytest_agentorch.model.ids import AgentId
from pytest_agentorch.system.end import End, wait_for_end

_POLL_MILLISECONDS = 50
# As they were before conftests were imported: they may replace what is in them.
_os: Any = SimpleNamespace(**vars(os))
_select: Any = SimpleNamespace(**vars(select))


class HasFileno(Protocol):
    """What can be polled."""

    def fileno(self) -> int:
        """The file descriptor."""


class Children:
    """Forked agents by their process ids."""

    def __init__(self) -> None:
        self._agents: dict[int, AgentId] = {}
        self._watches: dict[int, int] = {}

    def add(self, pid: int, agent: AgentId) -> None:
        """Watch a new child."""
        self._agents[pid] = agent
        if hasattr(_os, "pidfd_open"):
            # Where the system has none, children are asked for again and again.
            with contextlib.suppress(OSError):
                self._watches[pid] = _os.pidfd_open(pid)

    def wait(self, wire: HasFileno) -> bool:
        """Wait until a child may have ended or the wire has something to say: then True."""
        watch_all = _select.poll()
        watch_all.register(wire.fileno(), _select.POLLIN)
        for watch in self._watches.values():
            watch_all.register(watch, _select.POLLIN)
        all_watched = len(self._watches) == len(self._agents)
        ready = watch_all.poll(None if all_watched else _POLL_MILLISECONDS)
        return any(descriptor == wire.fileno() for descriptor, _ in ready)

    def reap(self) -> list[tuple[AgentId, End]]:
        """Return the children that have ended, and how.

        Nobody knows of one if somebody ignores SIGCHLD, or has waited for all children.
        """
        ended: list[tuple[AgentId, End]] = []
        for pid, agent in list(self._agents.items()):
            try:
                if _os.waitid(_os.P_PID, pid, _os.WEXITED | _os.WNOHANG | _os.WNOWAIT) is None:
                    continue
                with contextlib.suppress(OSError):
                    # What it has left in its group dies while its number still belongs to it.
                    _os.killpg(pid, signal.SIGKILL)
                end = wait_for_end(pid)
            except ChildProcessError:
                end = End(None, None)
            self._forget(pid)
            ended.append((agent, end))
        return ended

    def disown(self) -> None:
        """Forget them all: in a child they are siblings."""
        for pid in list(self._agents):
            self._forget(pid)

    def _forget(self, pid: int) -> None:
        del self._agents[pid]
        watch = self._watches.pop(pid, None)
        if watch is not None:
            _os.close(watch)
