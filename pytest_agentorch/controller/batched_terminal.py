"""Terminal output in batches: what some events lead to appears at once, after they are logged.

In a file or a pipe, a dot would be a system call.
"""

from __future__ import annotations

from typing import Any

import pytest


class BatchedStream:
    """Stands before a text stream: while held, it keeps what is written."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self._kept: list[str] | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        """Write, or keep for later."""
        if self._kept is None:
            return int(self._stream.write(text))
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
            self._stream.write("".join(kept))
            self._stream.flush()


def batched_stream(config: pytest.Config) -> BatchedStream | None:
    """Put one before the stream of pytest's terminal; None if there is none."""
    reporter: Any = config.pluginmanager.getplugin("terminalreporter")
    writer = getattr(reporter, "_tw", None)
    stream = getattr(writer, "_file", None)
    if writer is None or stream is None:
        return None
    writer._file = batched = BatchedStream(stream)  # noqa: SLF001 - no public way to redirect it
    return batched
