"""Live lines: below what pytest writes to a terminal, and gone before it writes more.

The cursor stays where pytest has left it. So nothing that others write is ever lost, and what is
shown here never scrolls away.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator

from pytest_agentorch.controller.batched_terminal import BatchedStream
from pytest_agentorch.reporting.progress_text import Space, live_lines
from pytest_agentorch.results.progress import Progress

_MOST_LINES = 8
_KEPT_ROWS = 3
"""So many rows of what pytest has written are left on the smallest screen."""
_BLANK = "\x1b[J"
_SAVE, _RESTORE = "\x1b7", "\x1b8"
_DOWN = "\x1bD"
_NO_WRAP, _WRAP = "\x1b[?7l", "\x1b[?7h"


class LiveLines:
    """Shows how far a run is on a terminal.

    Args:
        terminal: what pytest writes to.
        width: how wide pytest thinks that is.
    """

    pause = 0.2

    def __init__(self, terminal: BatchedStream, width: int) -> None:
        self._terminal = terminal
        self._width = width
        self._encoding = str(terminal.encoding or "ascii")
        self._ascii = not _can_write(self._encoding, "█▏·…")

    def show(self, progress: Progress) -> None:
        """Show it in the place of what is shown there."""
        lines = live_lines(progress, self._space())
        text = _below(lines).encode(self._encoding, "replace").decode(self._encoding)
        self._terminal.set_below(text, _BLANK)

    @contextlib.contextmanager
    def shown(self) -> Iterator[None]:
        """Be there until the end of this; what hooks print is not mixed with it."""
        try:
            with self._terminal.as_stdout():
                yield
        finally:
            self._terminal.set_below("", _BLANK)

    def _space(self) -> Space:
        try:
            columns, rows = os.get_terminal_size(self._terminal.fileno())
        except (OSError, ValueError):
            columns = rows = 0
        # Some terminals do not know how large they are.
        columns = columns or self._width
        lines = min(_MOST_LINES, (rows or 24) - _KEPT_ROWS)
        if columns < self._width:
            # It breaks pytest's lines itself: where it is about to, the cursor cannot come back to.
            lines = 0
        return Space(columns=columns - 1, lines=lines, ascii=self._ascii)


def _below(lines: list[str]) -> str:
    """What writes lines below the cursor, which stays where it is."""
    if not lines:
        return ""
    # Going down makes the room that there may not be yet; to write then scrolls nothing.
    room = f"{_DOWN * len(lines)}\x1b[{len(lines)}A"
    text = "".join(f"\n\r{line}" for line in lines)
    return f"{room}{_SAVE}{_NO_WRAP}{text}{_WRAP}{_RESTORE}"


def _can_write(encoding: str, text: str) -> bool:
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True
