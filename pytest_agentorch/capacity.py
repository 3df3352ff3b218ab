"""How many CPUs this process may use: affinity and cgroup quota count, not what is built in."""

from __future__ import annotations

import math
import os
from pathlib import Path

_CGROUP = Path("/sys/fs/cgroup")


def agents_for_cpus(cpus: float, limit: float) -> int:
    """The number of agents for `--agents=auto`: `ceil(limit x CPUs)`, at least one."""
    return max(1, math.ceil(limit * cpus - 1e-9))


def allowed_cpus(cgroup: Path = _CGROUP, proc: Path = Path("/proc/self/cgroup")) -> float:
    """CPUs that this process may use.

    The least of its affinity mask and of every cgroup quota above it (v1 and v2); what
    `PYTHON_CPU_COUNT` says, if it is set.
    """
    cpus = float(_affinity())
    for quota in _quotas(cgroup, proc):
        cpus = min(cpus, quota)
    override = os.environ.get("PYTHON_CPU_COUNT", "")
    if override.isascii() and override.isdecimal() and int(override) > 0:
        cpus = float(override)
    return cpus


def _affinity() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _quotas(cgroup: Path, proc: Path) -> list[float]:
    """Read the quota of this process's group and of every group above it."""
    try:
        lines = proc.read_text(encoding="utf-8").splitlines()
    except OSError:
        return []
    quotas: list[float | None] = []
    for line in lines:
        _number, _, rest = line.partition(":")
        controllers, separator, path = rest.partition(":")
        if not separator:
            continue
        if not controllers:
            root, read = cgroup, _quota_v2
        elif "cpu" in controllers.split(","):
            root, read = cgroup / "cpu", _quota_v1
        else:
            continue
        own = root / path.lstrip("/")
        folders = [own, *own.parents]
        quotas += map(read, folders[: folders.index(root) + 1])
    return [quota for quota in quotas if quota is not None]


def _quota_v2(folder: Path) -> float | None:
    try:
        quota, period = (folder / "cpu.max").read_text(encoding="utf-8").split()
        return None if quota == "max" else int(quota) / int(period)
    except (OSError, ValueError, ZeroDivisionError):
        return None


def _quota_v1(folder: Path) -> float | None:
    try:
        quota = int((folder / "cpu.cfs_quota_us").read_text(encoding="utf-8"))
        period = int((folder / "cpu.cfs_period_us").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return quota / period if quota > 0 and period > 0 else None
