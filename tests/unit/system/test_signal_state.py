"""What has become of a signal: read from files as Linux writes them."""

from __future__ import annotations

import os
import signal
import threading
from pathlib import Path

import pytest

from pytest_agentorch.system.signal_state import is_answered

NUMBER = 47


def thread(process: Path, number: int, **marks: int) -> None:
    """Write what Linux tells of a thread."""
    folder = process / "task" / str(number)
    folder.mkdir(parents=True)
    named = {"SigPnd": 0, "ShdPnd": 0, "SigBlk": 0, "SigIgn": 0, "SigCgt": 0, **marks}
    lines = [f"{name}:\t{mask:016x}" for name, mask in named.items()]
    (folder / "status").write_text("\n".join(["Name:\tpython", "SigQ:\t3/95", *lines]) + "\n")


@pytest.mark.parametrize(
    ("marks", "answered"),
    [
        ({}, True),
        ({"SigCgt": 1 << (NUMBER - 1)}, True),
        ({"SigPnd": 1 << (NUMBER - 1)}, False),
        ({"ShdPnd": 1 << (NUMBER - 1)}, False),
        ({"SigBlk": 1 << (NUMBER - 1)}, False),
        ({"SigBlk": 1 << NUMBER, "ShdPnd": 1 << (NUMBER - 2)}, True),
    ],
)
def test_one_thread_that_has_not_done_counts(
    tmp_path: Path, marks: dict[str, int], answered: bool
) -> None:
    """Whether it waits for the process, or for that thread, or is being answered by it."""
    thread(tmp_path / "7", 7)
    thread(tmp_path / "7", 8, **marks)
    assert is_answered(7, NUMBER, tmp_path) is answered


def test_of_who_is_not_there_nothing_is_expected(tmp_path: Path) -> None:
    """The process, or one of its threads, or the whole of `/proc`."""
    (tmp_path / "7/task/8").mkdir(parents=True)
    assert is_answered(7, NUMBER, tmp_path)
    assert is_answered(9, NUMBER, tmp_path)
    assert is_answered(9, NUMBER, tmp_path / "none")


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="the system does not tell")
def test_this_thread_lets_none_through() -> None:
    """As the system itself tells it."""
    told: list[bool] = []

    def look() -> None:
        told.append(is_answered(os.getpid(), signal.SIGURG))
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGURG])
        told.append(is_answered(os.getpid(), signal.SIGURG))

    one = threading.Thread(target=look)
    one.start()
    one.join()
    assert told == [True, False]
