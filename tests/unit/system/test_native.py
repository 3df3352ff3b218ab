"""Primitives that are not those of `threading`, and do the same."""

from __future__ import annotations

import _thread
import os
import subprocess
import threading

import pytest

from pytest_agentorch.system import native


def test_they_belong_to_nobody_else() -> None:
    """What is replaced in the modules that all use is not replaced here."""
    assert native._own_thread is not _thread
    assert native._own_subprocess is not subprocess
    assert native.Popen is not subprocess.Popen
    assert native._own_subprocess.os is not os
    assert native.get_ident() == threading.get_ident()


def test_an_event_that_has_happened_is_not_waited_for() -> None:
    """Until it is cleared."""
    event = native.Event()
    assert (event.is_set(), event.wait(0)) == (False, False)
    event.set()
    assert (event.is_set(), event.wait(), event.wait(0)) == (True, True, True)
    event.clear()
    assert (event.is_set(), event.wait(0)) == (False, False)
    # Who did not wait to the end is forgotten.
    assert event._waiting == []


def test_an_event_wakes_all_that_wait() -> None:
    """Each in a thread of its own."""
    event, woken = native.Event(), native.SimpleQueue[bool]()
    for _ in range(3):
        native.start_thread(lambda: woken.put(event.wait()))
    event.set()
    assert [woken.get(timeout=60) for _ in range(3)] == [True] * 3


def test_a_thread_is_known_to_nobody() -> None:
    """`threading` does not list it, so nobody takes it for a leak."""
    there, ended = native.Event(), native.Event()
    before = threading.enumerate()

    def stay() -> None:
        there.set()
        ended.wait()

    native.start_thread(stay)
    assert there.wait(60)
    assert threading.enumerate() == before
    ended.set()


def test_a_lock_is_held_by_its_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever `_thread` offers by then."""
    for name in ("start_new_thread", "get_ident"):
        monkeypatch.setattr(_thread, name, None)
    lock, answers = native.RLock(), native.SimpleQueue[bool]()
    with lock, lock:
        native.start_thread(lambda: answers.put(lock.acquire(blocking=False)))
        assert answers.get(timeout=60) is False
