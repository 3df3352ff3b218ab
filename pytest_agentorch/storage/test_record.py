"""What an agent has begun and finished, in memory that it shares with a file.

Batches of messages die with an agent; this survives any death: the kernel has it. A ring of fixed
rows is enough, since a batch is always shorter than the ring.
"""

from __future__ import annotations

import errno
import mmap
import os
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROWS = 1024
_ROW = struct.Struct("<IiIf6d")
_BEGUN, _PASSED, _ENDED = 1, 2, 3

Times = tuple[float, float, float, float, float, float]
"""Start (seconds since the epoch) and duration (seconds) of setup, call and teardown."""
_NO_TIMES: Times = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0)


class Row(NamedTuple):
    """One test that an agent has begun.

    Attributes:
        number: how many tests the agent had begun, this one included.
        began: seconds since the epoch.
        passed: its times, if it passed and there is nothing else to say; None otherwise.
        ended: whether it has ended at all.
        cpu: how long it computed, if it has.
    """

    number: int
    test: int
    began: float
    passed: Times | None
    ended: bool
    cpu: float


class TestRecord:
    """Written by an agent, before and after each test.

    Raises:
        OSError: there is no place for it.
    """

    __test__ = False

    def __init__(self, path: Path) -> None:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            _reserve(descriptor, ROWS * _ROW.size)
            self._memory = mmap.mmap(descriptor, ROWS * _ROW.size)
        finally:
            os.close(descriptor)
        self._number = 0

    def begin(self, test: int, at: float) -> None:
        """Write down that a test begins."""
        self._number += 1
        self._write(_BEGUN, test, (at, *_NO_TIMES[1:]))

    def end(self, test: int, passed: Times | None, cpu: float) -> None:
        """Write down that it has ended, and its times if there is nothing else to say of it."""
        if passed is None:
            self._write(_ENDED, test, _NO_TIMES, cpu)
        else:
            self._write(_PASSED, test, passed, cpu)

    def close(self) -> None:
        """Give the memory back; the file stays."""
        self._memory.close()

    def _write(self, state: int, test: int, times: Times, cpu: float = 0.0) -> None:
        offset = (self._number % ROWS) * _ROW.size
        # One copy, inside one page: a row is never seen half written.
        row = _ROW.pack(self._number, test, state, cpu, *times)
        self._memory[offset : offset + _ROW.size] = row


def rows_after(path: Path, number: int) -> Iterator[Row]:
    """Yield the rows of a record that come after so many, in order; none if there is no file."""
    try:
        data = path.read_bytes()
    except OSError:
        return
    found = []
    whole = len(data) - len(data) % _ROW.size
    for this, test, state, cpu, *times in _ROW.iter_unpack(memoryview(data)[:whole]):
        if this > number and state:
            found.append(Row(this, test, times[0], _times(state, times), state != _BEGUN, cpu))
    yield from sorted(found, key=lambda row: row.number)


def _reserve(descriptor: int, size: int) -> None:
    """Make a file so large. Who writes to memory that has no place on the disk is killed."""
    if hasattr(os, "posix_fallocate"):
        try:
            os.posix_fallocate(descriptor, 0, size)
        except OSError as error:
            # Some file systems know no such thing.
            if error.errno not in (errno.EOPNOTSUPP, errno.EINVAL, errno.ENOSYS):
                raise
    os.ftruncate(descriptor, size)


def _times(state: int, times: list[float]) -> Times | None:
    if state != _PASSED:
        return None
    one, two, three, four, five, six = times
    return one, two, three, four, five, six
