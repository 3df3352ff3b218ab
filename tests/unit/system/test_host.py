"""How busy the host is."""

from __future__ import annotations

import platform
import sys
from types import SimpleNamespace
from typing import Any, NamedTuple

import psutil
import pytest

from pytest_agentorch.system.host import Host, HostUse, platform_name


class Times(NamedTuple):
    """What a system tells, in its order; guests are users, too."""

    user: float
    nice: float
    system: float
    idle: float
    iowait: float
    irq: float
    softirq: float
    steal: float
    guest: float


def system(monkeypatch: pytest.MonkeyPatch, *times: Times) -> None:
    """Let the system tell these times, one after the other."""
    told: Any = iter(times)
    monkeypatch.setattr(psutil, "cpu_times", lambda: next(told))
    monkeypatch.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(available=4096))


def test_it_is_known_since_the_time_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first time there is none; to wait for a disk is not to be busy."""
    first = Times(10.0, 0.0, 0.0, 90.0, 0.0, 0.0, 0.0, 0.0, 5.0)
    second = Times(12.0, 0.0, 1.0, 96.0, 1.0, 0.0, 0.0, 0.0, 6.0)
    system(monkeypatch, first, second, second)
    host = Host()
    assert host.use() == HostUse(cpu_percent=None, memory_available=4096)
    assert host.use() == HostUse(cpu_percent=30.0, memory_available=4096)
    assert host.use().cpu_percent is None


def test_a_system_may_tell_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a container without `/proc`."""
    system(monkeypatch)
    assert Host().use() == HostUse()


def test_this_one_does() -> None:
    """Its memory at least."""
    assert (Host().use().memory_available or 0) > 0


def test_the_name_of_a_platform_may_need_what_a_project_has_replaced(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Then there is a shorter one."""

    def broken() -> str:
        raise RuntimeError("no processes here")

    assert platform_name() == platform.platform()
    monkeypatch.setattr(platform, "platform", broken)
    assert platform_name() == sys.platform
