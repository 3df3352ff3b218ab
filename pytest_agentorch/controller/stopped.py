"""Processes that were stopped (SIGSTOP, as by `kill -STOP`) and do not go on.

They are as alive as any other, and will never say anything. Whoever looks into one with a debugger
does not stop it in this sense.
"""

from __future__ import annotations

from collections.abc import Callable

from pytest_agentorch.system.clock import CLOCK
from pytest_agentorch.system.native import Event, start_thread
from pytest_agentorch.system.process_tree import is_stopped

PATIENCE_SECONDS = 15.0
"""A process that was stopped for so long is given up; the time-out of a test may be shorter."""
_LOOK_SECONDS = 3.0
WHY = "it was stopped and did not go on"


class Stop:
    """How long a process has been stopped, as far as was seen."""

    def __init__(self) -> None:
        self._since: float | None = None

    def is_final(self, pid: int | None) -> bool:
        """Whether it has been stopped for too long. To be asked now and then."""
        at = CLOCK()
        if pid is None or not is_stopped(pid):
            self._since = None
        elif self._since is None:
            self._since = at
        return self._since is not None and at - self._since >= PATIENCE_SECONDS


class StopWatch:
    """Looks at processes now and then, in a thread.

    Args:
        look: what that is.
    """

    def __init__(self, look: Callable[[], None]) -> None:
        self._look = look
        self._ended = Event()
        self._begun = False

    def begin(self) -> None:
        """Look from now on. A second call does nothing."""
        if not self._begun:
            self._begun = True
            start_thread(self._watch)

    def end(self) -> None:
        """Look no more."""
        self._ended.set()

    def _watch(self) -> None:
        while not self._ended.wait(_LOOK_SECONDS):
            self._look()
