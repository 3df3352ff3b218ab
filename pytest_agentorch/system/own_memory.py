"""The memory of this process: what it has, the most that it had, and how that is forgotten."""

from __future__ import annotations

import os
import sys
from os import O_RDONLY, O_WRONLY, close, read, write
from os import open as open_file

import psutil

_RESIDENT = "/proc/self/statm"
_CLEAR = "/proc/self/clear_refs"
_CLEAR_PEAK = b"5"
_MOST_BYTES = 200
_PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096

if sys.platform == "win32":

    def peak() -> int:
        """The most bytes that were resident of this process, since that was last forgotten."""
        return int(psutil.Process().memory_info().peak_wset)

    def peak_of_children() -> int:
        """The same of the largest child that has ended; 0 where nobody counts that."""
        return 0

else:
    from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage

    _UNIT = 1 if sys.platform == "darwin" else 1024

    def peak() -> int:
        """The most bytes that were resident of this process, since that was last forgotten."""
        return getrusage(RUSAGE_SELF).ru_maxrss * _UNIT

    def peak_of_children() -> int:
        """The same of the largest child that has ended; 0 where nobody counts that."""
        return getrusage(RUSAGE_CHILDREN).ru_maxrss * _UNIT


def forget_peak() -> None:
    """Let the peak be what is resident now. Where the system cannot do that, nothing happens."""
    try:
        # Not kept open: tests may close all descriptors.
        descriptor = open_file(_CLEAR, O_WRONLY)
    except OSError:
        return
    try:
        write(descriptor, _CLEAR_PEAK)
    except OSError:
        pass
    finally:
        close(descriptor)


def resident() -> int:
    """How many bytes are resident of this process."""
    try:
        descriptor = open_file(_RESIDENT, O_RDONLY)
    except OSError:
        return int(psutil.Process().memory_info().rss)
    try:
        return int(read(descriptor, _MOST_BYTES).split()[1]) * _PAGE
    finally:
        close(descriptor)
