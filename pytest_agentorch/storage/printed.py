"""What passing tests have printed: it stays in a file of the run until somebody wants to see it.

Few ever do, and it may be a thousand times as much as all else that is said of these tests.
"""

from __future__ import annotations

import os
from pathlib import Path

ENDING = ".printed"

Place = tuple[int, int]
"""Where a text is in the file, and how long it is there, in bytes."""

# Bound here: a test may have replaced them.
_open, _write, _close = os.open, os.write, os.close


def beside(record: str) -> str:
    """Return the file that belongs to an agent with this record."""
    return record + ENDING


class PrintedWriter:
    """Written by an agent. No file is there before there is something for it, none stays open."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._size = 0
        self._failed = False

    def add(self, text: str) -> Place | None:
        """Put a text into the file; None if that is not possible."""
        if self._failed:
            return None
        data = text.encode("utf-8", "surrogatepass")
        try:
            self._append(data)
        except OSError:
            # The disk is full, or there is none: what has come is sent from now on.
            self._failed = True
            return None
        place = self._size, len(data)
        self._size += len(data)
        return place

    def _append(self, data: bytes) -> None:
        how = os.O_APPEND if self._size else os.O_TRUNC
        flags = os.O_WRONLY | os.O_CREAT | how | getattr(os, "O_BINARY", 0)
        file = _open(self._path, flags, 0o600)
        try:
            rest = memoryview(data)
            while rest:
                rest = rest[_write(file, rest) :]
        finally:
            _close(file)


def read(path: str, place: Place) -> str:
    """Return a text, or why it cannot be read: the run may be over, and the file removed."""
    start, size = place
    try:
        with Path(path).open("rb") as file:
            file.seek(start)
            return file.read(size).decode("utf-8", "surrogatepass")
    except (OSError, ValueError) as error:
        return f"[what was printed cannot be read any more: {error}]"
