"""What ends a run whose controller is gone: a process of its own, started by an agent for that.

It is beyond the reach of tests, and it is still there when the agent is not. Those that several
agents start at the same time leave each other alone: they do not carry the mark of the run.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

from pytest_agentorch.system.native import Popen
from pytest_agentorch.system.offspring import VARIABLE, innermost_run, kill_offspring
from pytest_agentorch.system.process_tree import kill_tree

_DEVNULL = -3


class Reaper:
    """Knows from the start of its agent how to start: later tests may have changed everything."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        run = innermost_run(environment)
        code = (
            f"import sys; sys.path[:] = {sys.path!r}; "
            f"from {__name__} import end_run; end_run({os.getpid()}, {run!r})"
        )
        self._command = [sys.executable, "-c", code]
        self._environment = {key: value for key, value in environment.items() if key != VARIABLE}

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


def end_run(agent: int, run: str | None) -> None:
    """Kill the agent that started this process with all that it has started, then all others."""
    if os.getppid() == agent:
        kill_tree(agent)
    if run is not None:
        kill_offspring(run)
