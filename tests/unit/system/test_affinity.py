"""Which CPUs a process may use."""

from __future__ import annotations

import os
import sys
from argparse import Namespace

import psutil
import pytest

from pytest_agentorch.system import affinity

NEEDS_AFFINITY = pytest.mark.skipif(
    not hasattr(os, "sched_setaffinity"), reason="the system binds nobody"
)


@NEEDS_AFFINITY
def test_all_threads_of_a_process_are_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where one has ended meanwhile."""
    bound: list[tuple[int, tuple[int, ...]]] = []

    def bind(thread: int, cpus: tuple[int, ...]) -> None:
        if thread == 5:
            raise ProcessLookupError
        bound.append((thread, cpus))

    monkeypatch.setattr(affinity, "_set", bind)
    monkeypatch.setattr(affinity, "own_threads", lambda: [4, 5, 6])
    affinity.bind((0, 1))
    assert bound == [(4, (0, 1)), (6, (0, 1))]
    assert affinity.allowed_cpus() == tuple(sorted(os.sched_getaffinity(0)))


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="no such files")
def test_threads_are_those_that_the_system_counts() -> None:
    """This one is among them."""
    assert os.getpid() in affinity.own_threads()


def test_other_systems_have_other_means(monkeypatch: pytest.MonkeyPatch) -> None:
    """Or none, and then nobody is bound."""
    bound: list[list[int]] = []

    def affinities(cpus: list[int] | None = None) -> list[int]:
        bound.extend([] if cpus is None else [cpus])
        return [1, 0]

    for name in ("_get", "_set"):
        monkeypatch.setattr(affinity, name, None)
    monkeypatch.setattr(psutil, "Process", lambda: Namespace(cpu_affinity=affinities))
    assert affinity.allowed_cpus() == (0, 1)
    affinity.bind((1,))
    assert bound == [[1]]
    monkeypatch.setattr(psutil, "Process", Namespace)
    assert affinity.allowed_cpus() == ()
