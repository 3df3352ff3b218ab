"""The census: what some processes take, each with all that it has started. Cheap enough to repeat.

On Linux a process is looked at when it is new, to see whose it is, and then only if it is one of
ours. Elsewhere psutil asks the system for all processes each time.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence

import psutil

from pytest_agentorch.model.frozen import Frozen

_PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096
_TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100
_MOST_BYTES = 4096
_NOBODY = 0
_PROC = "/proc"

Row = tuple[int, float, int, int | None]
"""What one process takes, in the order of `Count`."""


class Count(Frozen):
    """What processes take together.

    Attributes:
        memory: resident bytes.
        cpu_seconds: that of children that have ended included.
        open_files: None if nobody has counted them.
    """

    memory: int = 0
    cpu_seconds: float = 0.0
    threads: int = 0
    open_files: int | None = None


class ProcCensus:
    """Reads `/proc`.

    Attributes:
        pause_seconds: to be asked more often would cost too much.
    """

    pause_seconds = 0.1

    def __init__(self) -> None:
        self._roots: frozenset[int] = frozenset()
        self._owners: dict[str, int] = {}

    def take(self, roots: Collection[int], *, files: bool) -> dict[int, Count]:
        """Return what each root takes with its descendants, but for those of other roots.

        Args:
            roots: numbers of processes.
            files: whether to count open files.
        """
        self._follow(frozenset(roots))
        found: defaultdict[int, list[Row]] = defaultdict(list)
        for name, owner in self._owners.items():
            if owner != _NOBODY:
                with contextlib.suppress(OSError, ValueError, IndexError):
                    row = _row(name, files=files)
                    found[owner].append(row)
        return {owner: _together(rows) for owner, rows in found.items()}

    def _follow(self, roots: frozenset[int]) -> None:
        """See who is new, who is gone, and whose the new ones are."""
        here = {name for name in os.listdir(_PROC) if name.isdecimal()}  # noqa: PTH208 - fast
        if roots != self._roots:
            self._roots = roots
            self._owners.clear()
        for name in self._owners.keys() - here:
            del self._owners[name]
        for name in here - self._owners.keys():
            self._owner(name, here)

    def _owner(self, name: str, here: Collection[str]) -> int:
        known = self._owners.get(name)
        if known is not None:
            return known
        # Against a circle, which numbers that are used again might make.
        self._owners[name] = _NOBODY
        owner = int(name) if int(name) in self._roots else _NOBODY
        if owner == _NOBODY:
            with contextlib.suppress(OSError, ValueError, IndexError):
                parent = _stat(name)[1].decode()
                owner = self._owner(parent, here) if parent in here else _NOBODY
        self._owners[name] = owner
        return owner


class PsutilCensus:
    """Asks psutil.

    Attributes:
        pause_seconds: to be asked more often would cost too much.
    """

    pause_seconds = 1.0

    def take(self, roots: Collection[int], *, files: bool) -> dict[int, Count]:
        """Return what each root takes with its descendants, but for those of other roots."""
        parents: dict[int, int] = {}
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error, OSError):
                parents[process.pid] = process.ppid()
        found: defaultdict[int, list[Row]] = defaultdict(list)
        for pid in parents:
            owner = next((one for one in _line(pid, parents) if one in roots), None)
            if owner is not None:
                with contextlib.suppress(psutil.Error, OSError):
                    row = _asked(psutil.Process(pid), files=files)
                    found[owner].append(row)
        return {owner: _together(rows) for owner, rows in found.items()}


Census = ProcCensus | PsutilCensus


def new_census() -> Census:
    """Return what suits this system."""
    return ProcCensus() if sys.platform == "linux" else PsutilCensus()


def _stat(name: str) -> list[bytes]:
    """The fields of a process after its name, which may have anything in it."""
    descriptor = os.open(f"{_PROC}/{name}/stat", os.O_RDONLY)
    try:
        data = os.read(descriptor, _MOST_BYTES)
    finally:
        os.close(descriptor)
    return data[data.rindex(b")") + 2 :].split()


def _row(name: str, *, files: bool) -> Row:
    fields = _stat(name)
    return (
        int(fields[21]) * _PAGE,
        sum(map(int, fields[11:15])) / _TICKS,
        int(fields[17]),
        _files(name) if files else None,
    )


def _together(rows: Sequence[Row]) -> Count:
    memory, cpu_seconds, threads, files = zip(*rows, strict=True)
    return Count(
        memory=sum(memory),
        cpu_seconds=sum(cpu_seconds),
        threads=sum(threads),
        open_files=None if None in files else sum(files),
    )


def _files(name: str) -> int:
    return len(os.listdir(f"{_PROC}/{name}/fd"))  # noqa: PTH208 - fast


def _asked(process: psutil.Process, *, files: bool) -> Row:
    with process.oneshot():
        times = process.cpu_times()
        # On Windows they are called handles.
        count = getattr(process, "num_fds", None) or process.num_handles  # type: ignore[attr-defined]
        return (
            process.memory_info().rss,
            sum(times[:4]),
            process.num_threads(),
            count() if files else None,
        )


def _line(pid: int, parents: dict[int, int]) -> Iterator[int]:
    """A process and those that it comes from."""
    seen: set[int] = set()
    while pid not in seen and pid:
        seen.add(pid)
        yield pid
        pid = parents.get(pid, 0)
