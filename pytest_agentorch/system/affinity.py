"""The CPUs that this process may use, with all of its threads."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection
from contextlib import suppress
from typing import Any

_listdir = os.listdir
_get: Callable[[int], set[int]] | None = getattr(os, "sched_getaffinity", None)
_set: Callable[[int, Collection[int]], None] | None = getattr(os, "sched_setaffinity", None)


def allowed_cpus() -> tuple[int, ...]:
    """Return those that it may use now; nothing where a process cannot be bound to some."""
    if _get is not None:
        return tuple(sorted(_get(0)))
    process = _process()
    return tuple(sorted(process.cpu_affinity())) if hasattr(process, "cpu_affinity") else ()


def bind(cpus: Collection[int]) -> None:
    """Let this process, and what it starts, use these alone.

    Raises:
        OSError: they are not there.
    """
    if _set is None:
        _process().cpu_affinity(list(cpus))
        return
    for thread in own_threads():
        # It may have ended since.
        with suppress(ProcessLookupError):
            _set(thread, cpus)


def own_threads() -> list[int]:
    """The threads of this process as the system counts them; 0 is the one that asks."""
    try:
        return [int(name) for name in _listdir("/proc/self/task")]
    except OSError:
        return [0]


def _process() -> Any:
    import psutil

    return psutil.Process()
