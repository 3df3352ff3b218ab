"""OpenBLAS, which numpy and scipy bring: its threads are no obstacle to a fork.

It ends its pool before every fork by itself, and makes a new one when it needs it. Here that is
done earlier, so that nobody takes the pool for threads that would be missed after the fork.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_MAPS = Path("/proc/self/maps")
_SETTERS = tuple(
    f"{prefix}openblas_set_num_threads{suffix}"
    for prefix in ("", "scipy_")
    for suffix in ("", "64_", "_64", "_64_")
)


def end_pools() -> None:
    """End the threads of every OpenBLAS in this process. No other thread may be using it."""
    for library in _libraries():
        end = getattr(library, "blas_thread_shutdown_", None)
        if end is not None:
            end()


def limit_pools(threads: int) -> None:
    """Let every OpenBLAS in this process compute in so many threads."""
    for library in _libraries():
        for name in _SETTERS:
            setter = getattr(library, name, None)
            if setter is not None:
                setter(threads)
                break


def _libraries() -> Iterator[Any]:
    """Find those that are loaded, where the system tells."""
    if not _MAPS.exists():
        return
    lines = _MAPS.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    paths = {line[line.index("/") :] for line in lines if "openblas" in line and "/" in line}
    for path in sorted(paths):
        if ".so" in path:
            from ctypes import CDLL

            with contextlib.suppress(OSError):
                yield CDLL(path)
