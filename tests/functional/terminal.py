"""A run on a terminal: what it shows, keys that are pressed, and the terminal's modes."""

from __future__ import annotations

import os
import pty
import re
import select
import termios
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self

from tests.functional import processes
from tests.functional.running import Suite

_LIVE = re.compile(r"(?:\x1bD)+\x1b\[\d+A\x1b7.*?\x1b8|\x1b\[J", re.DOTALL)


class Terminal:
    """Used in a `with`, which ends the run if the test has not.

    Args:
        suite: what is run.
        args: of pytest.
        size: its columns and rows; it has none that it knows of if there are none.
        env: of the run, besides `TERM=xterm`.
    """

    def __init__(
        self,
        suite: Suite,
        *args: str,
        size: tuple[int, int] = (0, 0),
        env: Mapping[str, str] | None = None,
    ) -> None:
        self._ours, self._theirs = pty.openpty()
        columns, rows = size
        termios.tcsetwinsize(self._theirs, (rows, columns))
        self._printed = b""
        self.modes_before = self.modes
        own = {"TERM": "xterm", **({"COLUMNS": str(columns)} if columns else {})}
        self.running = suite.start(*args, terminal=self._theirs, env={**own, **(env or {})})

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
        """What was written to it by now, with plain ends of lines, without what was taken back."""
        return _LIVE.sub("", self.shown).replace("\r\n", "\n")

    @property
    def shown(self) -> str:
        """All that was written to it by now."""
        while select.select([self._ours], [], [], 0)[0]:
            self._printed += os.read(self._ours, 65536)
        return self._printed.decode("utf-8", "replace")

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
