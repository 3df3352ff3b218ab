"""What an agent takes, and gives back after a test that needed more."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from contextlib import suppress
from typing import Any

import pytest

from pytest_agentorch.agent import provisions
from pytest_agentorch.agent.provisions import Provisions
from pytest_agentorch.model.allotment import Allotment
from pytest_agentorch.model.needs import Count

OURS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
TWO = dict.fromkeys(OURS, "2")


class World:
    """Records what a process would do to itself."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.done: list[tuple[str, Any]] = []
        self.complaints: list[str] = []
        self.environment = dict.fromkeys(OURS, "1")
        monkeypatch.setattr(provisions, "_ENVIRONMENT", self.environment)
        monkeypatch.setattr(provisions, "limit_pools", self._note("pools"))
        monkeypatch.setattr(provisions, "bind", self._note("bind"))
        monkeypatch.setattr(provisions, "_be_nice", self._note("nice"))
        monkeypatch.setattr(provisions, "known_limits", lambda: ("nofile",))
        monkeypatch.setattr(
            provisions, "set_limit", lambda *limit: self.done.append(("limit", limit))
        )
        monkeypatch.delitem(sys.modules, "threadpoolctl", raising=False)

    def _note(self, what: str) -> Any:
        return lambda value: self.done.append((what, value))

    def taken(self, **allotment: Any) -> Provisions:
        """Take what is allotted."""
        given = Allotment(**{"variables": OURS, **allotment})
        provisions = Provisions(lambda: given, self.complaints.append)
        provisions.take()
        return provisions


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    """A process whose libraries compute in one thread."""
    return World(monkeypatch)


def test_who_gets_nothing_special_does_nothing(world: World) -> None:
    """One thread is what there is."""
    some = world.taken()
    with some.for_threads(None), some.for_threads(1):
        pass
    assert world.done == []
    assert world.environment == dict.fromkeys(OURS, "1")


def test_it_takes_all_that_it_was_allotted(world: World) -> None:
    """Once."""
    world.taken(threads=2, cpus=(0, 1), nice=5, rlimits=(Count(name="nofile", number=100),))
    assert world.environment == TWO
    assert world.done == [("pools", 2), ("bind", (0, 1)), ("nice", 5), ("limit", ("nofile", 100))]


def test_a_test_that_needs_more_has_it_for_as_long_as_it_runs(world: World) -> None:
    """More threads, and the CPUs for them; also if it raises."""
    some = world.taken(cpus=(0,), all_cpus=(0, 1))
    world.done.clear()
    with suppress(RuntimeError), some.for_threads(2):
        assert world.environment == TWO
        assert world.done == [("pools", 2), ("bind", (0, 1))]
        raise RuntimeError
    assert world.done[2:] == [("pools", 1), ("bind", (0,))]
    assert world.environment == dict.fromkeys(OURS, "1")


def test_a_test_that_needs_less_gives_some_away(world: World) -> None:
    """It stays on the CPUs of its agent."""
    some = world.taken(threads=2, cpus=(0, 1), all_cpus=(0, 1, 2, 3))
    with some.for_threads(1):
        assert set(world.environment.values()) == {"1"}
    assert world.done == [("pools", 2), ("bind", (0, 1)), ("pools", 1), ("pools", 2)]


def test_what_somebody_else_has_said_stays(world: World) -> None:
    """The user, or a conftest; the pools are not ours then, either."""
    world.environment["OMP_NUM_THREADS"] = "7"
    world.environment["NUMEXPR_NUM_THREADS"] = "1"
    world.taken(threads=2)
    assert world.environment == {**TWO, "OMP_NUM_THREADS": "7", "NUMEXPR_NUM_THREADS": "1"}
    assert world.done == []


def test_a_new_interpreter_has_its_number_from_the_start(world: World) -> None:
    """Libraries have read it."""
    world.environment.update(TWO)
    some = world.taken(threads=2)
    assert world.done == []
    with some.for_threads(3):
        assert set(world.environment.values()) == {"3"}
    assert world.environment == TWO
    assert world.done == [("pools", 3), ("pools", 2)]


def test_a_suite_that_has_threadpoolctl_gets_all_its_pools_sized(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It knows more of them."""
    limits: list[int] = []
    control = Namespace(threadpool_limits=lambda limits_=limits, *, limits: limits_.append(limits))
    monkeypatch.setitem(sys.modules, "threadpoolctl", control)
    world.taken(threads=2)
    assert limits == [2]
    assert world.done == []


def test_what_cannot_be_had_is_told(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The rest is taken all the same."""

    def refuse(_value: object) -> None:
        raise OSError(22, os.strerror(22))

    monkeypatch.setattr(provisions, "bind", refuse)
    world.taken(cpus=(0,), nice=1)
    assert world.done == [("nice", 1)]
    (complaint,) = world.complaints
    assert complaint == (
        "affinity of [tool.agentorch.agent] cannot be had: [Errno 22] Invalid argument"
    )
