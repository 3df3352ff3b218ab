"""The clock of both roles."""

from __future__ import annotations

import time

import pytest

from pytest_agentorch.system.clock import CLOCK, Clock


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
