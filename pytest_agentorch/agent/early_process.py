"""A process that is forked from the controller before any code of the suite runs."""

from __future__ import annotations

import os
import signal
import sys
import traceback
from collections.abc import Callable, Mapping
from os import _exit
from typing import Any, NoReturn

from pytest_agentorch.agent.farewell import forget_inherited_exits, leave
from pytest_agentorch.agent.forked_coverage import measure_anew
from pytest_agentorch.agent.openblas import limit_pools
from pytest_agentorch.agent.parent_watch import die_with_parent
from pytest_agentorch.agent.process import leave_terminal, redirect_output


class EarlyWords:
    """What is written before it is known where that belongs; the controller has that file, too."""

    def __init__(self, file: int) -> None:
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        if nothing:
            os.close(nothing)
        self._file = file
        os.dup2(self._file, 1)
        os.dup2(self._file, 2)

    def keep(self, path: str) -> None:
        """Write to a file from now on, and first what was written so far."""
        sys.stdout.flush()
        sys.stderr.flush()
        said = os.pread(self._file, os.fstat(self._file).st_size, 0)
        os.close(self._file)
        redirect_output(path)
        if said:
            os.write(2, said)


def live_early(controller: int, words: int, session: Callable[[EarlyWords], int]) -> NoReturn:
    """Run a session apart from the terminal, and end with it or with the controller."""
    status = 1
    try:
        early_words = EarlyWords(words)
        leave_terminal()
        die_with_parent(signal.SIGKILL)
        if os.getppid() != controller:
            _exit(1)
        forget_inherited_exits()
        measure_anew()
        status = session(early_words)
    except BaseException:  # noqa: BLE001 - nothing may return from a forked process
        traceback.print_exc()
    finally:
        leave(status)


def set_environment(controllers: Mapping[str, str], start: Mapping[str, Any]) -> None:
    """Take the controller's environment as it is now, and what an agent has of its own."""
    os.environ.clear()
    os.environ.update(controllers)
    os.environ.pop("PYTEST_AGENTS", None)
    os.environ.update({**start["threads"], **start["environment"]})
    # A plugin may have imported numpy, which has read the environment when it was another.
    number = start["threads"].get("OPENBLAS_NUM_THREADS", "")
    if number:
        limit_pools(int(number))
