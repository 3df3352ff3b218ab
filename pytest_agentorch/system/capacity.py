"""How much of its machine this process may use: affinity and groups count, not what is built in."""

from __future__ import annotations

import os
import platform
from pathlib import Path

import psutil

from pytest_agentorch.model.capacity import Capacity
from pytest_agentorch.system.cgroup import PROC, Limit, cpu_limit, memory_left, memory_limit


def find_capacity(proc: Path = PROC) -> Capacity:
    """Look at what there is for this process.

    CPUs are the least of its affinity mask and of every quota; what `PYTHON_CPU_COUNT` says, if it
    is set.
    """
    affinity, quota, limit = _affinity(), cpu_limit(proc), memory_limit(proc)
    host_cpus, host_memory = float(os.cpu_count() or 1), _host_memory()
    cpus = float(len(affinity)) if affinity else host_cpus
    if quota is not None:
        cpus = min(cpus, quota.amount)
    cpus = _override() or cpus
    memory = host_memory
    if limit is not None:
        memory = min(int(limit.amount), host_memory or int(limit.amount))
    return Capacity(
        cpus=cpus,
        host_cpus=max(host_cpus, cpus),
        memory=memory,
        host_memory=max(host_memory, memory),
        domain=_domain(affinity, quota, limit),
    )


def available_memory(proc: Path = PROC) -> int | None:
    """How many bytes this process and others could still have; None if nobody knows."""
    left = memory_left(proc)
    try:
        free = int(psutil.virtual_memory().available)
    except Exception:  # noqa: BLE001 - some sandboxes have no /proc/meminfo, or an odd one
        return left
    return free if left is None else min(free, left)


def _domain(affinity: list[int], *limits: Limit | None) -> str:
    """Name what this process shares with others: hosts, CPUs, and the groups with a limit."""
    folders = [str(limit.folder) for limit in limits if limit is not None]
    return " ".join([platform.node(), ",".join(map(str, affinity)), *folders])


def _affinity() -> list[int]:
    """The CPUs that this process may run on; empty where there is no such thing."""
    if hasattr(os, "sched_getaffinity"):
        return sorted(os.sched_getaffinity(0))
    return []


def _override() -> float:
    """What the user says, as Python itself reads it; 0 for nothing."""
    text = os.environ.get("PYTHON_CPU_COUNT", "")
    return float(text) if text.isascii() and text.isdecimal() else 0.0


def _host_memory() -> int:
    try:
        return int(psutil.virtual_memory().total)
    except Exception:  # noqa: BLE001 - some sandboxes have no /proc/meminfo, or an odd one
        return 0
