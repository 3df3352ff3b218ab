"""How many CPUs there are for this process: affinity, cgroups and what the user says."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pytest_agentorch.capacity import agents_for_cpus, allowed_cpus


@pytest.fixture(autouse=True)
def _eight_cpus(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYTHON_CPU_COUNT", raising=False)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _pid: set(range(8)), raising=False)


class Machine:
    """Files as the kernel shows them."""

    def __init__(self, folder: Path) -> None:
        self.cgroup = folder / "cgroup"
        self.proc = folder / "self"

    def member(self, *lines: str) -> None:
        """Say which groups this process belongs to."""
        self.proc.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")

    def v2(self, path: str, limit: str) -> None:
        """Limit a group of version 2."""
        self._write(self.cgroup / path.lstrip("/") / "cpu.max", limit)

    def v1(self, path: str, quota: str, period: str = "100000") -> None:
        """Limit a group of version 1."""
        folder = self.cgroup / "cpu" / path.lstrip("/")
        self._write(folder / "cpu.cfs_quota_us", quota)
        self._write(folder / "cpu.cfs_period_us", period)

    @property
    def cpus(self) -> float:
        """What is allowed."""
        return allowed_cpus(self.cgroup, self.proc)

    def _write(self, path: Path, text: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{text}\n", encoding="utf-8")


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """A machine of eight CPUs without any limit."""
    return Machine(tmp_path)


def test_without_cgroups_the_affinity_counts(machine: Machine) -> None:
    """Not what is built in."""
    assert machine.cpus == 8.0


def test_without_an_affinity_all_cpus_count(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On macOS and Windows; at least one."""
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: 6)
    assert machine.cpus == 6.0
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert machine.cpus == 1.0


@pytest.mark.parametrize(
    ("limit", "cpus"),
    [
        ("max 100000", 8.0),
        ("200000 100000", 2.0),
        ("150000 100000", 1.5),
        ("25000 50000", 0.5),
        ("6400000 100000", 8.0),
        ("nonsense", 8.0),
        ("a b", 8.0),
        ("1 0", 8.0),
    ],
)
def test_a_quota_of_version_2(machine: Machine, limit: str, cpus: float) -> None:
    """Containers."""
    machine.member("0::/job")
    machine.v2("/job", limit)
    assert machine.cpus == cpus


@pytest.mark.parametrize(
    ("quota", "period", "cpus"),
    [
        ("-1", "100000", 8.0),
        ("300000", "100000", 3.0),
        ("50000", "100000", 0.5),
        ("50000", "0", 8.0),
        ("x", "100000", 8.0),
    ],
)
def test_a_quota_of_version_1(machine: Machine, quota: str, period: str, cpus: float) -> None:
    """Older machines; another controller says nothing about CPUs."""
    machine.member("5:memory:/job", "4:cpu,cpuacct:/job")
    machine.v1("/job", quota, period)
    assert machine.cpus == cpus


def test_the_narrowest_group_above_counts(machine: Machine) -> None:
    """A quota of a parent holds for its children."""
    machine.member("0::/slice/service/job")
    machine.v2("/slice/service/job", "700000 100000")
    machine.v2("/slice", "300000 100000")
    assert machine.cpus == 3.0


def test_in_a_container_the_root_is_the_limit(machine: Machine) -> None:
    """The process sees its own group as `/`."""
    machine.member("0::/")
    machine.v2("/", "250000 100000")
    assert machine.cpus == 2.5


def test_a_line_that_nobody_understands_is_passed_over(machine: Machine) -> None:
    """The kernel may say more one day."""
    machine.member("what is this", "0::/job")
    machine.v2("/job", "100000 100000")
    assert machine.cpus == 1.0


@pytest.mark.parametrize(
    ("value", "cpus"), [("3", 3.0), ("default", 8.0), ("0", 8.0), ("", 8.0), ("²", 8.0), ("٣", 8.0)]
)
def test_the_user_knows_better(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, value: str, cpus: float
) -> None:
    """`PYTHON_CPU_COUNT`, as Python itself reads it."""
    monkeypatch.setenv("PYTHON_CPU_COUNT", value)
    assert machine.cpus == cpus


@pytest.mark.parametrize(
    ("cpus", "agents"), [(0.5, 1), (1.0, 1), (1.5, 2), (2.0, 2), (4.0, 4), (8.0, 7), (10.0, 8)]
)
def test_how_many_agents_that_makes(cpus: float, agents: int) -> None:
    """Four fifths of the CPUs, rounded up: the controller needs the rest."""
    assert agents_for_cpus(cpus, 0.8) == agents
