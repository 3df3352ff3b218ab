"""The stacks of all threads of an agent, written into a file when the controller asks for them."""

from __future__ import annotations

import contextlib
import faulthandler
import os
from pathlib import Path

from pytest_agentorch.system.stack_signal import STACK_SIGNAL

_MOST_BYTES = 100_000


class Stacks:
    """The file, and what is in it."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._file: int | None = None

    def install(self) -> None:
        """Answer the signal from now on."""
        if STACK_SIGNAL is None:
            return
        with contextlib.suppress(OSError, ValueError, RuntimeError):
            flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
            # Kept open: at a full disk, or without descriptors, it is too late to open it.
            self._file = os.open(self._path, flags, 0o600)
            faulthandler.register(STACK_SIGNAL, file=self._file, all_threads=True, chain=False)

    def read(self) -> str:
        """Return what was written so far, the last of it if it is much."""
        try:
            return Path(self._path).read_bytes()[-_MOST_BYTES:].decode("utf-8", "replace")
        except OSError:
            return ""
