"""Threads, locks and processes as the interpreter has them, whatever tests have made of them.

gevent, eventlet and mocks replace what is in `_thread`, `threading`, `queue` and `subprocess`. The
threads of both roles live beside tests and have to go on: what they use comes from instances of
these modules that nobody else has.
"""

from __future__ import annotations

import importlib.util
from _queue import Empty, SimpleQueue
from collections.abc import Callable
from types import ModuleType, SimpleNamespace
from typing import TYPE_CHECKING, Any

__all__ = [
    "Empty",
    "Event",
    "Lock",
    "Popen",
    "RLock",
    "SimpleQueue",
    "get_ident",
    "start_thread",
    "threads",
]


def _own_instance(name: str) -> ModuleType:
    """Load a module of the standard library once more, past `sys.modules`."""
    spec = importlib.util.find_spec(name)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


_own_thread: Any = _own_instance("_thread")
_own_subprocess: Any = _own_instance("subprocess")

Lock = _own_thread.allocate_lock
RLock = _own_thread.RLock
get_ident = _own_thread.get_ident
_get_native_id = _own_thread.get_native_id
_start_new_thread = _own_thread.start_new_thread
_threads: set[int] = set()

if TYPE_CHECKING:
    from subprocess import Popen
else:
    for _name, _used in list(vars(_own_subprocess).items()):
        if isinstance(_used, ModuleType) and not _name.startswith("__"):
            # What it finds in `os` and others is what is there now.
            setattr(_own_subprocess, _name, SimpleNamespace(**vars(_used)))
    _own_subprocess.threading.Lock = Lock
    # The way that goes through `os`, where it may have been replaced before.
    _own_subprocess._USE_POSIX_SPAWN = False  # noqa: SLF001 - documented
    Popen = _own_subprocess.Popen


def start_thread(function: Callable[..., object], *args: object) -> None:
    """Run a function in a thread that `threading` does not know and that nothing waits for."""
    _start_new_thread(_live, (function, args))


def threads() -> frozenset[int]:
    """Return the numbers that the system has given to the threads that were started here."""
    return frozenset(_threads)


def _live(function: Callable[..., object], args: tuple[object, ...]) -> None:
    number = _get_native_id()
    _threads.add(number)
    try:
        function(*args)
    finally:
        _threads.discard(number)


class Event:
    """As `threading.Event`."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._is_set = False
        self._waiting: list[Any] = []

    def is_set(self) -> bool:
        """Whether it has happened."""
        return self._is_set

    def set(self) -> None:
        """Let everybody go on who waits."""
        with self._lock:
            self._is_set = True
            waiting, self._waiting = self._waiting, []
        for lock in waiting:
            lock.release()

    def clear(self) -> None:
        """Let everybody wait who comes from now on."""
        with self._lock:
            self._is_set = False

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until it happens, or so many seconds; say whether it has happened."""
        with self._lock:
            if self._is_set:
                return True
            mine = Lock()
            mine.acquire()
            self._waiting.append(mine)
        if mine.acquire(timeout=-1 if timeout is None else max(0.0, timeout)):
            return True
        with self._lock:
            if mine in self._waiting:
                self._waiting.remove(mine)
                return False
        return True
