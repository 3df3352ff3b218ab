"""How much of its machine a process may use: affinity, groups and what the user says."""

from __future__ import annotations

import os
from argparse import Namespace
from pathlib import Path

import psutil
import pytest

from pytest_agentorch.system.capacity import available_memory, find_capacity
from tests.unit.system.machine import Machine, v1_memory, v2

GIB = 1 << 30


@pytest.fixture(autouse=True)
def _eight_cpus_and_sixteen_gibibytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYTHON_CPU_COUNT", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: 8)
    affinity(monkeypatch, *range(8))
    memory = Namespace(total=16 * GIB, available=10 * GIB)
    monkeypatch.setattr(psutil, "virtual_memory", lambda: memory)


def affinity(monkeypatch: pytest.MonkeyPatch, *cpus: int) -> None:
    """Bind the process to these CPUs."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda _pid: set(cpus), raising=False)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """A machine of eight CPUs and 16 GiB without any limit; this process is in a group."""
    made = Machine(tmp_path)
    made.member("0::/job")
    return made


def test_without_limits_the_host_counts(machine: Machine) -> None:
    """All of it."""
    capacity = find_capacity(machine.proc)
    assert (capacity.cpus, capacity.host_cpus) == (8.0, 8.0)
    assert (capacity.memory, capacity.host_memory) == (16 * GIB, 16 * GIB)


def test_without_an_affinity_all_cpus_count(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On macOS and Windows; at least one."""
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    assert find_capacity(machine.proc).cpus == 8.0
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert find_capacity(machine.proc).cpus == 1.0


@pytest.mark.parametrize(
    ("bound", "quota", "cpus"),
    [
        ((0, 1, 2), "max 100000", 3.0),
        ((5,), "200000 100000", 1.0),
        ((0, 1, 2), "150000 100000", 1.5),
        ((0,), "50000 100000", 0.5),
        (tuple(range(8)), "6400000 100000", 8.0),
    ],
)
def test_the_least_of_affinity_and_quota_counts(
    machine: Machine,
    monkeypatch: pytest.MonkeyPatch,
    bound: tuple[int, ...],
    quota: str,
    cpus: float,
) -> None:
    """The host is what it is."""
    affinity(monkeypatch, *bound)
    v2(machine.mount_v2() / "job", cpu_max=quota)
    capacity = find_capacity(machine.proc)
    assert (capacity.cpus, capacity.host_cpus) == (cpus, 8.0)


@pytest.mark.parametrize(
    ("value", "cpus"), [("3", 3.0), ("default", 2.5), ("0", 2.5), ("", 2.5), ("²", 2.5), ("٣", 2.5)]
)
def test_the_user_knows_better(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, value: str, cpus: float
) -> None:
    """`PYTHON_CPU_COUNT`, as Python itself reads it."""
    monkeypatch.setenv("PYTHON_CPU_COUNT", value)
    v2(machine.mount_v2() / "job", cpu_max="250000 100000")
    assert find_capacity(machine.proc).cpus == cpus


def test_the_user_may_name_more_than_there_is(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The host has them, too, then."""
    monkeypatch.setenv("PYTHON_CPU_COUNT", "64")
    capacity = find_capacity(machine.proc)
    assert (capacity.cpus, capacity.host_cpus) == (64.0, 64.0)


def test_memory_is_what_the_container_may_have(machine: Machine) -> None:
    """Or the host, where that is less."""
    top = machine.mount_v2()
    v2(top / "job", memory_max=2 * GIB)
    capacity = find_capacity(machine.proc)
    assert (capacity.memory, capacity.host_memory) == (2 * GIB, 16 * GIB)
    v2(top / "job", memory_max=64 * GIB)
    assert find_capacity(machine.proc).memory == 16 * GIB


def test_memory_of_which_nobody_knows(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    """A sandbox without /proc/meminfo: then the limit is all that is known."""

    def fail() -> None:
        raise FileNotFoundError("/proc/meminfo")

    monkeypatch.setattr(psutil, "virtual_memory", fail)
    capacity = find_capacity(machine.proc)
    assert (capacity.memory, capacity.host_memory) == (0, 0)
    assert available_memory(machine.proc) is None
    v2(machine.mount_v2() / "job", memory_max=2 * GIB, memory_current=GIB)
    capacity = find_capacity(machine.proc)
    assert (capacity.memory, capacity.host_memory) == (2 * GIB, 2 * GIB)
    assert available_memory(machine.proc) == GIB


def test_what_is_available_in_a_container(machine: Machine) -> None:
    """Not more than the host has."""
    assert available_memory(machine.proc) == 10 * GIB
    machine.member("3:memory:/job")
    group = machine.mount_v1("memory") / "job"
    v1_memory(group, 4 * GIB, 3 * GIB)
    assert available_memory(machine.proc) == GIB
    v1_memory(group, 15 * GIB, 3 * GIB)
    assert available_memory(machine.proc) == 10 * GIB


def test_who_shares_what(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Processes with the same CPUs below the same limit, wherever their own group is."""
    top = machine.mount_v2()
    v2(top / "slice", cpu_max="200000 100000")
    machine.member("0::/slice/one")
    one = find_capacity(machine.proc).domain
    machine.member("0::/slice/two")
    assert find_capacity(machine.proc).domain == one
    machine.member("0::/elsewhere")
    assert find_capacity(machine.proc).domain != one
    machine.member("0::/slice/one")
    affinity(monkeypatch, 0, 1)
    assert find_capacity(machine.proc).domain != one
