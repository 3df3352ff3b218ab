"""Terminal output in batches: what some events lead to appears at once, after they are logged.

In a file or a pipe, a dot would be a system call.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from typing import Any

import pytest


class BatchedStream:
    """Stands before a text stream: while held, it keeps what is written.

    Attributes:
        words: how often something was written.
    """

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self._kept: list[str] | None = None
        self._below = self._blank = ""
        self.words = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        """Write, or keep for later."""
        self.words += 1
        if self._kept is None:
            if self._below:
                # It comes back with what is to be there next.
                self._stream.write(self._blank)
                self._below = ""
            # Not all streams tell how much they have written.
            self._stream.write(text)
            return len(text)
        if not text.isascii():
            # What cannot be written raises now: pytest then writes it otherwise.
            text.encode(self._stream.encoding or "utf-8", self._stream.errors or "strict")
        self._kept.append(text)
        return len(text)

    def flush(self) -> None:
        """Flush, if nothing is kept back."""
        if self._kept is None:
            self._stream.flush()

    def hold(self) -> None:
        """Keep what is written from now on."""
        if self._kept is None:
            self._kept = []

    def release(self) -> None:
        """Write what was kept, and keep nothing any more."""
        kept, self._kept = self._kept, None
        if kept:
            text = "".join(kept)
            self._stream.write(f"{self._blank}{text}{self._below}" if self._below else text)
            self._stream.flush()

    @contextlib.contextmanager
    def as_stdout(self) -> Iterator[None]:
        """Let what hooks print come through here: in its order, and not over what is below."""
        is_same = sys.stdout is self._stream
        with contextlib.redirect_stdout(self) if is_same else contextlib.nullcontext():
            yield

    def set_below(self, below: str, blank: str) -> None:
        """Let this be below the text from now on, whatever is written.

        Args:
            below: what writes it, and leaves the cursor where it was; empty for nothing.
            blank: what removes it.
        """
        if below != self._below:
            self._stream.write((blank if self._below else "") + below)
            self._stream.flush()
            self._below, self._blank = below, blank


def batched_stream(config: pytest.Config) -> BatchedStream | None:
    """Put one before the stream of pytest's terminal; None if there is none."""
    reporter: Any = config.pluginmanager.getplugin("terminalreporter")
    writer = getattr(reporter, "_tw", None)
    stream = getattr(writer, "_file", None)
    if writer is None or stream is None:
        return None
    writer._file = batched = BatchedStream(stream)  # noqa: SLF001 - no public way to redirect it
    return batched
