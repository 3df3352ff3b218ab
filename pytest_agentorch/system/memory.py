"""How much memory processes have, together with what they have started."""

from __future__ import annotations

import contextlib
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping

import psutil


def memory_of(pids: Collection[int]) -> dict[int, int]:
    """Return the resident bytes of each process and its descendants; what is gone is left out."""
    children: defaultdict[int, list[int]] = defaultdict(list)
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            children[process.ppid()].append(process.pid)
    found = {}
    for pid in pids:
        with contextlib.suppress(psutil.Error, OSError):
            own = psutil.Process(pid).memory_info().rss
            found[pid] = own + sum(map(_resident, _descendants(pid, children)))
    return found


def _descendants(pid: int, children: Mapping[int, list[int]]) -> Iterator[int]:
    for child in children.get(pid, ()):
        yield child
        yield from _descendants(child, children)


def _resident(pid: int) -> int:
    with contextlib.suppress(psutil.Error, OSError):
        return int(psutil.Process(pid).memory_info().rss)
    return 0
