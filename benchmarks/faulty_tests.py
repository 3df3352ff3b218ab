"""Workloads that go wrong: what they show is who notices, goes on and tells."""

from __future__ import annotations

from benchmarks.workload import Files, module, scaled, settings

CRASHY_TESTS, CRASHY_TEST_SECONDS = 20, 0.005
CRASHES_TESTS = 100
DEATHS = ("os._exit(3)", "os.abort()", "ctypes.string_at(0)", "os.kill(os.getpid(), 9)")
HANG_TESTS, HANG_TEST_SECONDS = 10, 0.01
DEADLOCK = "    lock = threading.Lock()\n    lock.acquire()\n    lock.acquire()"
BUSY = "    while True:\n        pass"
PARAMETRIZED = """
import pytest

NAMES = {"anna", "bela", "carl", "dora", "emil", "fina", "gert", "hana"}


@pytest.mark.parametrize("name", NAMES)
def test_name(name):
    assert name in NAMES
"""


def crashy(scale: float) -> Files:
    """One test in fifty takes its process with it, in one of four ways."""
    files: dict[str, str] = {**settings()}
    for file in range(scaled(25, scale)):
        first = file * CRASHY_TESTS
        tests = (_crashy(number) for number in range(first, first + CRASHY_TESTS))
        files[f"test_{file:02}.py"] = module("import ctypes\nimport os\nimport time", *tests)
    return files


def crashy_sleep(scale: float) -> float:
    """As if all tests lived."""
    return scaled(25, scale) * CRASHY_TESTS * CRASHY_TEST_SECONDS


def crashes(scale: float) -> Files:
    """One test in five takes its process with it."""
    files: dict[str, str] = {**settings()}
    for file in range(scaled(50, scale)):
        ends = (_ending(number) for number in range(CRASHES_TESTS))
        files[f"test_{file:03}.py"] = module("import ctypes\nimport os", *ends)
    return files


def hang(scale: float) -> Files:
    """One test waits for a lock that it holds, one is busy for ever."""
    number = max(2, scaled(10, scale))
    files: dict[str, str] = {**settings()}
    for file in range(number):
        ends = {3: DEADLOCK} if file == number // 4 else {1: BUSY} if file == number - 1 else {}
        tests = (
            f"def test_{test}():\n    time.sleep({HANG_TEST_SECONDS})\n{ends.get(test, '')}"
            for test in range(HANG_TESTS)
        )
        files[f"test_{file}.py"] = module("import threading\nimport time", *tests)
    return files


def nondeterministic(scale: float) -> Files:
    """Parametrized over a set: each process that collects has its own order."""
    text = module(PARAMETRIZED)
    return {**settings(), **{f"test_{file}.py": text for file in range(scaled(10, scale))}}


def _ending(number: int) -> str:
    nth, place = divmod(number, 5)
    body = DEATHS[nth % len(DEATHS)] if place == 2 else "assert True"
    return f"def test_{number:02}():\n    {body}"


def _crashy(number: int) -> str:
    nth, place = divmod(number, 50)
    death = f"\n    {DEATHS[nth % len(DEATHS)]}" if place == 17 + nth else ""
    return f"def test_{number % CRASHY_TESTS:02}():\n    time.sleep({CRASHY_TEST_SECONDS}){death}"
