"""The stacks of all threads of an agent."""

from __future__ import annotations

import contextlib
import faulthandler
import os
from pathlib import Path

from pytest_agentorch.system.stack_signal import STACK_SIGNAL

_MOST_BYTES = 100_000
_CALLERS = (" in pytest_pyfunc_call", " in call_fixture_func", " in from_call")
"""Where pytest calls a test, a fixture, and whatever else."""


class Stacks:
    """The file that they are written into, and what was written last.

    The signal is for an agent that is about to be ended since it heeds nothing else: its handler
    looks at threads that may be running.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        self._file: int | None = None

    def install(self) -> None:
        """Answer the signal from now on."""
        with contextlib.suppress(OSError, ValueError, RuntimeError):
            flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
            # Kept open: at a full disk, or without descriptors, it is too late to open it.
            self._file = os.open(self._path, flags, 0o600)
            if STACK_SIGNAL is not None:
                faulthandler.register(STACK_SIGNAL, file=self._file, all_threads=True, chain=False)

    def take(self) -> str:
        """Write down what all threads do, while none of them can; return that."""
        if self._file is None:
            return ""
        with contextlib.suppress(OSError):
            # What is shown now need not be told once more if the agent is lost later.
            os.ftruncate(self._file, 0)
            faulthandler.dump_traceback(self._file, all_threads=True)
            return _of_tests(Path(self._path).read_bytes()[:_MOST_BYTES].decode("utf-8", "replace"))
        return ""


def _of_tests(stacks: str) -> str:
    """Begin with the main thread; leave out what is the same for every test: who has called it."""
    return "\n\n".join(_without_callers(stack) for stack in reversed(stacks.split("\n\n")))


def _without_callers(stack: str) -> str:
    lines: list[str] = []
    for line in stack.splitlines():
        lines.append(line)
        if line.endswith(_CALLERS):
            break
    return "\n".join(lines)
