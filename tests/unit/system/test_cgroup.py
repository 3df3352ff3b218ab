"""What control groups allow: of version 1, of version 2, of both, in containers and outside."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_agentorch.system.cgroup import (
    cpu_limit,
    memory_left,
    memory_limit,
    own_folder,
)
from tests.unit.system.machine import UNLIMITED, Machine, v1_cpu, v1_memory, v2, write

GIB = 1 << 30


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """A machine without control groups."""
    return Machine(tmp_path)


def cpus(machine: Machine) -> float | None:
    """The quota."""
    limit = cpu_limit(machine.proc)
    return None if limit is None else limit.amount


def memory(machine: Machine) -> float | None:
    """The memory limit."""
    limit = memory_limit(machine.proc)
    return None if limit is None else limit.amount


def test_without_groups_nothing_is_limited(machine: Machine) -> None:
    """Not even files that say so; or a process that is in groups which nobody can see."""
    for _ in range(2):
        assert (cpus(machine), memory(machine), memory_left(machine.proc)) == (None, None, None)
        assert own_folder("memory", machine.proc) is None
        machine.member("0::/job", "4:memory:/job", "3:cpu:/job")


@pytest.mark.parametrize(
    ("text", "quota"),
    [
        ("max 100000", None),
        ("max", None),
        ("200000 100000", 2.0),
        ("150000 100000", 1.5),
        ("25000 50000", 0.5),
        ("7000 3500", 2.0),
        ("6400000 100000", 64.0),
        ("nonsense", None),
        ("a b", None),
        ("1 0", None),
        ("0 100000", None),
        ("-1 100000", None),
        ("", None),
    ],
)
def test_a_quota_of_version_2(machine: Machine, text: str, quota: float | None) -> None:
    """Quota and period."""
    machine.member("0::/job")
    v2(machine.mount_v2() / "job", cpu_max=text)
    assert cpus(machine) == quota


@pytest.mark.parametrize(
    ("quota", "period", "expected"),
    [
        (-1, 100_000, None),
        (300_000, 100_000, 3.0),
        (150_000, 100_000, 1.5),
        (50_000, 100_000, 0.5),
        (5_000, 2_500, 2.0),
        (50_000, 0, None),
        ("x", 100_000, None),
        (100_000, "", None),
    ],
)
@pytest.mark.parametrize("controllers", ["cpu", "cpu,cpuacct", "cpuacct,cpu"])
def test_a_quota_of_version_1(
    machine: Machine, controllers: str, quota: object, period: object, expected: float | None
) -> None:
    """Mounted alone or together with another controller, under whatever name."""
    machine.member("5:memory:/other", f"4:{controllers}:/job")
    v1_cpu(machine.mount_v1(controllers, "any name") / "job", quota, period)
    assert cpus(machine) == expected


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        ({"memory_max": 2 * GIB}, 2 * GIB),
        ({"memory_max": 2 * GIB, "memory_high": GIB}, GIB),
        ({"memory_max": GIB, "memory_high": 2 * GIB}, GIB),
        ({"memory_max": "max", "memory_high": GIB}, GIB),
        ({"memory_max": GIB, "memory_swap.max": 0}, GIB),
        ({"memory_max": "max", "memory_high": "max"}, None),
        ({"memory_max": "much"}, None),
        ({"memory_max": 0}, None),
        ({}, None),
    ],
)
def test_memory_of_version_2(
    machine: Machine, limits: dict[str, object], expected: int | None
) -> None:
    """Where the kernel kills, and where it makes processes wait; swap is none."""
    machine.member("0::/job")
    v2(machine.mount_v2() / "job", **limits)
    assert memory(machine) == expected


@pytest.mark.parametrize(
    ("limit", "expected"),
    [(GIB, GIB), (UNLIMITED, None), (2**63 - 1, None), (-1, None), ("", None)],
)
def test_memory_of_version_1(machine: Machine, limit: object, expected: int | None) -> None:
    """The huge numbers are no limits."""
    machine.member("4:memory:/job")
    v1_memory(machine.mount_v1("memory") / "job", limit)
    assert memory(machine) == expected


def test_the_narrowest_group_above_counts(machine: Machine) -> None:
    """In both versions: what a parent may not have its children may not have either."""
    machine.member("0::/slice/service/job", "3:memory:/a/b", "4:cpu:/a/b")
    top = machine.mount_v2("unified")
    v2(top / "slice/service/job", cpu_max="700000 100000")
    v2(top / "slice", cpu_max="300000 100000", memory_max=8 * GIB)
    assert (cpus(machine), memory(machine)) == (3.0, 8 * GIB)
    v1_cpu(machine.mount_v1("cpu") / "a", 200_000)
    v1_memory(machine.mount_v1("memory") / "a", 4 * GIB)
    v1_memory(machine.mount_v1("memory") / "a/b", 6 * GIB)
    assert (cpus(machine), memory(machine)) == (2.0, 4 * GIB)


def test_hybrid(machine: Machine) -> None:
    """Controllers are of version 1, and version 2 is there for systemd alone."""
    machine.member("4:memory:/user", "3:cpu,cpuacct:/user", "1:name=systemd:/x", "0::/user/x")
    (machine.mount_v2("unified") / "user/x").mkdir(parents=True)
    machine.mount_v1("name=systemd", "systemd")
    v1_cpu(machine.mount_v1("cpu,cpuacct") / "user", 150_000)
    v1_memory(machine.mount_v1("memory") / "user", GIB)
    assert (cpus(machine), memory(machine)) == (1.5, GIB)


@pytest.mark.parametrize(
    ("root", "member", "limited"),
    [
        # The container has a namespace of groups: it sees its own as the root.
        ("/", "/", ""),
        # It has none: its own is mounted, and its name is that on the host.
        ("/docker/f00", "/docker/f00", ""),
        ("/docker/f00", "/docker/f00/job", "job"),
        # All of them are named as on the host, and only its own is there.
        ("/", "/docker/f00", ""),
        # It was moved out of what it can see, or entered from outside.
        ("/", "/../..", ""),
        ("/", "/../sibling", ""),
        ("/docker/f00", "/docker/bar", ""),
        ("/../..", "/", ""),
        ("/..", "/../sibling", "sibling"),
    ],
)
def test_what_a_container_sees(machine: Machine, root: str, member: str, limited: str) -> None:
    """Whatever it calls its group, the limit is found."""
    machine.member(f"0::{member}", f"2:cpu:{member}", f"3:memory:{member}")
    v2(machine.mount_v2("unified", root) / limited, cpu_max="250000 100000", memory_max=3 * GIB)
    assert (cpus(machine), memory(machine)) == (2.5, 3 * GIB)
    v1_cpu(machine.mount_v1("cpu", root=root) / limited, 150_000)
    v1_memory(machine.mount_v1("memory", root=root) / limited, GIB)
    assert (cpus(machine), memory(machine)) == (1.5, GIB)


def test_of_two_mounts_the_one_that_shows_the_group_counts(machine: Machine) -> None:
    """Containers within containers."""
    machine.member("0::/inner/job")
    v2(machine.mount_v2("one", "/outer"), cpu_max="100000 100000")
    v2(machine.mount_v2("two", "/inner") / "job", cpu_max="200000 100000")
    assert cpus(machine) == 2.0


def test_what_nobody_understands_is_passed_over(machine: Machine) -> None:
    """The kernel may say more one day, or less."""
    machine.member("what is this", "", "0::/job", "7:cpu")
    v2(machine.mount_v2() / "job", cpu_max="100000 100000")
    mountinfo = machine.proc / "mountinfo"
    write(mountinfo, f"\n1 2 - cgroup2\nodd - cgroup2 a b\n{mountinfo.read_text()}")
    assert cpus(machine) == 1.0


def test_what_cannot_be_read_is_no_limit(machine: Machine) -> None:
    """A folder in place of each file: also root cannot read that."""
    machine.member("0::/job")
    top = machine.mount_v2()
    v2(top, cpu_max="300000 100000", memory_max=GIB)
    for name in ("cpu.max", "memory.max", "memory.high", "memory.current", "memory.stat"):
        (top / "job" / name).mkdir(parents=True)
    assert (cpus(machine), memory(machine)) == (3.0, GIB)
    assert memory_left(machine.proc) == GIB


def test_the_folder_of_a_limit_is_known(machine: Machine) -> None:
    """Processes below it share it."""
    machine.member("0::/slice/job")
    top = machine.mount_v2()
    v2(top / "slice", cpu_max="300000 100000", memory_max=GIB)
    for limit in (cpu_limit(machine.proc), memory_limit(machine.proc)):
        assert limit is not None
        assert limit.folder == top / "slice"


def test_memory_that_is_left(machine: Machine) -> None:
    """The limit less what is used, but for files that are kept just in case; of any group."""
    machine.member("0::/slice/job", "3:memory:/job")
    top = machine.mount_v2("unified")
    v2(
        top / "slice/job",
        memory_max=4 * GIB,
        memory_current=2 * GIB,
        memory_stat=f"anon 12\ninactive_file {GIB}\nactive_file 7",
    )
    assert memory_left(machine.proc) == 3 * GIB
    v2(top / "slice", memory_max=4 * GIB, memory_current=2 * GIB)
    assert memory_left(machine.proc) == 2 * GIB
    v1_memory(machine.mount_v1("memory") / "job", 3 * GIB, 2 * GIB + 5, "total_inactive_file 5")
    assert memory_left(machine.proc) == GIB
    v1_memory(machine.mount_v1("memory") / "job", 3 * GIB, 4 * GIB)
    assert memory_left(machine.proc) == 0


def test_the_own_folder(machine: Machine) -> None:
    """Of version 2 where there is one: pressure is told there only."""
    machine.member("3:memory:/job", "0::/user/job")
    old = machine.mount_v1("memory")
    v1_memory(old / "job", GIB)
    assert own_folder("memory", machine.proc) == old / "job"
    new = machine.mount_v2("unified")
    v2(new / "user/job", memory_pressure="some avg10=0.00")
    assert own_folder("memory", machine.proc) == new / "user/job"
