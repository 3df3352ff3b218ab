"""What execnet gets for its threads, locks and queues."""

from __future__ import annotations

import queue
import threading

import pytest

from pytest_agentorch.protocol.connection import NativeModel
from pytest_agentorch.system import native


@pytest.fixture(autouse=True)
def _nothing_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """As after gevent has patched everything."""
    for name in ("Lock", "RLock", "Event", "Condition", "Thread"):
        monkeypatch.setattr(threading, name, None)
    for name in ("Queue", "SimpleQueue"):
        monkeypatch.setattr(queue, name, None)


def test_code_runs_in_the_main_thread() -> None:
    """It is the model that execnet knows by this name."""
    assert NativeModel().backend == "main_thread_only"


def test_threads_locks_and_queues_are_ours() -> None:
    """A thread says in a queue that it has been able to take a lock twice."""
    model = NativeModel()
    said, ended = model.queue.Queue(), model.Event()

    def speak(word: str) -> None:
        lock = model.Lock()
        with lock, lock, model.RLock():
            said.put((word, model.get_ident() == native.get_ident()))
        ended.set()

    model.start(speak, ("hello",))
    assert said.get(timeout=60) == ("hello", True)
    assert ended.wait(60)
    with pytest.raises(model.queue.Empty):
        said.get(block=False)


def test_a_process_gets_the_environment_of_its_model_and_a_group_of_its_own() -> None:
    """What is in `os.environ` is not touched for it, and Ctrl-C does not reach it."""
    started = NativeModel({"A": "1"}).subprocess
    assert started.Popen.keywords == {"env": {"A": "1"}, "process_group": 0}
    assert started.PIPE == -1
