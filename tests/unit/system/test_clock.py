"""The clock of both roles."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest

from pytest_agentorch.system.clock import CLOCK, CPU_CLOCK, Clock


def test_it_tells_seconds_since_the_epoch() -> None:
    """As `time.time` does, and it never goes back."""
    moments = [CLOCK() for _ in range(100)]
    assert moments == sorted(moments)
    assert abs(CLOCK() - time.time()) < 3600


@pytest.mark.parametrize("name", ["time", "monotonic", "perf_counter"])
def test_it_has_clocks_of_its_own(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """What is put in the place of those in `time` changes nothing."""
    clock = Clock()
    before = clock()
    monkeypatch.setattr(time, name, lambda: "now")
    assert before <= clock() < before + 3600


def test_its_module_has_no_function_that_could_be_found() -> None:
    """Tools that freeze time look for names of modules that are the functions of `time`."""
    from pytest_agentorch.system import clock as module

    functions = {id(value) for value in vars(time).values() if callable(value)}
    assert not functions & {id(value) for value in vars(module).values()}


def test_what_a_process_computes_counts_and_what_it_waits_for_does_not() -> None:
    """As `time.process_time` counts it."""
    began, before = CPU_CLOCK(), time.process_time()
    while time.process_time() < before + 0.02:
        pass
    computed = CPU_CLOCK() - began
    assert 0.02 <= computed < 2.0


@pytest.mark.skipif(sys.platform == "win32", reason="nobody counts there what children compute")
def test_children_that_have_ended_count() -> None:
    """A test that starts a program has computed what the program has."""
    began = CPU_CLOCK()
    subprocess.run([sys.executable, "-c", "sum(range(2_000_000))"], check=True)
    assert CPU_CLOCK() - began > 0.01
