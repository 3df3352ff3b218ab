"""The threads of this process as the system counts them."""

from __future__ import annotations

import _thread
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import ModuleType

import pytest

from pytest_agentorch.agent.os_threads import other_threads


@contextmanager
def running(start: Callable[[Callable[[], object]], object]) -> Iterator[None]:
    """Let a thread run, started somehow."""
    begun, end, ended = threading.Event(), threading.Event(), threading.Event()

    def run() -> None:
        begun.set()
        end.wait()
        ended.set()

    start(run)
    begun.wait()
    try:
        yield
    finally:
        end.set()
        ended.wait()


def test_a_thread_is_known_by_its_name() -> None:
    """And is gone when it has ended."""
    name = 'thread "some poller"'
    with running(lambda run: threading.Thread(target=run, name="some poller").start()):
        assert name in other_threads()
    assert name not in other_threads()


def test_a_thread_that_python_does_not_know_is_told_with_a_suspect(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its name is that of the process: the libraries that may have made it are told."""
    for name in ("torch", "jax", "numpy"):
        monkeypatch.setitem(sys.modules, name, ModuleType(name))
    with running(lambda run: _thread.start_new_thread(run, ())):
        (native,) = [name for name in other_threads() if "native" in name]
    assert native.endswith("(perhaps of torch or jax)")
