"""OpenBLAS, and the names that it goes by."""

from __future__ import annotations

import ctypes
from pathlib import Path
from typing import Any

import pytest

from pytest_agentorch.agent import openblas

MAPS = """\
7f1 r--p 0 fe:00 1 /usr/lib/libc.so.6
7f2 r--p 0 fe:00 2 /site/numpy.libs/libscipy_openblas64_-1.so
7f3 r-xp 0 fe:00 2 /site/numpy.libs/libscipy_openblas64_-1.so
7f4 r--p 0 fe:00 3 /usr/lib/libopenblas.so.0
7f5 r--p 0 fe:00 4 /home/openblas/data.bin
7f6 rw-p 0 00:00 0 [heap]
7f7 r--p 0 fe:00 5 /gone/libopenblas.so (deleted)
"""


class Library:
    """Records what is called; has no functions but those of its kind."""

    def __init__(self, path: str, calls: list[tuple[str, str, tuple[int, ...]]]) -> None:
        if path.startswith("/gone"):
            raise OSError(path)
        prefix, suffix = ("scipy_", "64_") if "scipy" in path else ("", "")
        self._names = ("blas_thread_shutdown_", f"{prefix}openblas_set_num_threads{suffix}")
        self._path, self._calls = path, calls

    def __getattr__(self, name: str) -> Any:
        if name not in self._names:
            raise AttributeError(name)
        return lambda *arguments: self._calls.append((self._path, name, arguments))


@pytest.fixture
def calls(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> list[tuple[str, str, tuple[int, ...]]]:
    """What is called in a process with two of them."""
    found: list[tuple[str, str, tuple[int, ...]]] = []
    (tmp_path / "maps").write_text(MAPS)
    monkeypatch.setattr(openblas, "_MAPS", tmp_path / "maps")
    monkeypatch.setattr(ctypes, "CDLL", lambda path: Library(path, found))
    return found


NUMPYS, SYSTEMS = "/site/numpy.libs/libscipy_openblas64_-1.so", "/usr/lib/libopenblas.so.0"


def test_every_pool_is_ended(calls: list[Any]) -> None:
    """Each library once."""
    openblas.end_pools()
    shutdown = "blas_thread_shutdown_"
    assert calls == [(NUMPYS, shutdown, ()), (SYSTEMS, shutdown, ())]


def test_every_pool_is_limited(calls: list[Any]) -> None:
    """By the name that the function has there."""
    openblas.limit_pools(1)
    assert calls == [
        (NUMPYS, "scipy_openblas_set_num_threads64_", (1,)),
        (SYSTEMS, "openblas_set_num_threads", (1,)),
    ]
