"""A run on a terminal: what it shows, keys that are pressed, and the terminal's modes."""

from __future__ import annotations

import os
import pty
import re
import select
import termios
from types import TracebackType
from typing import Any, Self

from tests.functional import processes
from tests.functional.running import Suite


class Terminal:
    """Used in a `with`, which ends the run if the test has not."""

    def __init__(self, suite: Suite, *args: str) -> None:
        self._ours, self._theirs = pty.openpty()
        self._printed = b""
        self.modes_before = self.modes
        self.running = suite.start(*args, terminal=self._theirs)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.running.__exit__(kind, error, trace)
        os.close(self._ours)
        os.close(self._theirs)

    @property
    def modes(self) -> list[Any]:
        """How it treats what is typed."""
        return termios.tcgetattr(self._theirs)

    @property
    def printed(self) -> str:
        """What it has shown by now, with plain ends of lines."""
        while select.select([self._ours], [], [], 0)[0]:
            self._printed += os.read(self._ours, 65536)
        return self._printed.decode("utf-8", "replace").replace("\r\n", "\n")

    def press(self, keys: bytes) -> None:
        """Type something."""
        os.write(self._ours, keys)

    def ask_until_told(self, pattern: str, keys: bytes) -> None:
        """Press keys until it shows this: what has happened may be told a moment later."""

        def told() -> bool:
            before = len(self.printed)
            self.press(keys)
            processes.wait_until(lambda: len(self.printed) > before, patience=2.0)
            return re.search(pattern, self.printed) is not None

        assert processes.wait_until(told), self.printed

    def finish(self) -> int:
        """Wait for the end; return the exit code."""

        def over() -> bool:
            # Otherwise it may wait for somebody to look at what it shows.
            return bool(self.printed) and self.running.process.poll() is not None

        assert processes.wait_until(over), self.printed
        return int(self.running.process.returncode)
