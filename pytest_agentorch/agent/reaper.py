"""What ends a run whose controller is gone: a process of its own, started by an agent for that.

It is beyond the reach of tests, and it is still there when the agent is not.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping

from pytest_agentorch.system import offspring
from pytest_agentorch.system.native import Event, Popen

_DEVNULL = -3
_PAUSE_SECONDS = 0.05


class Reaper:
    """Knows from the start of its agent how to start: later tests may have changed everything."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        code = (
            f"import sys; sys.path[:] = {sys.path!r}; "
            f"from {offspring.__name__} import kill_offspring; "
            f"kill_offspring({offspring.innermost_run(environment)!r}, since=0)"
        )
        self._command = [sys.executable, "-c", code]
        self._environment = {**environment, offspring.VARIABLE: offspring.REAPER}

    def start(self) -> None:
        """Start it."""
        self._process = Popen(
            self._command,
            cwd="/",
            env=self._environment,
            stdin=_DEVNULL,
            stdout=_DEVNULL,
            stderr=_DEVNULL,
            start_new_session=True,
        )

    def wait(self, seconds: float) -> None:
        """Wait until it has done its work: it may not know of the process that has started it."""
        pause = Event()
        for _ in range(int(seconds / _PAUSE_SECONDS)):
            if self._process.poll() is not None:
                return
            pause.wait(_PAUSE_SECONDS)
