"""Machine: what has to be known about where and when something was measured."""

from __future__ import annotations

import os
import platform
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

if TYPE_CHECKING:
    from collections.abc import Mapping

CPU_INFO = Path("/proc/cpuinfo")


def facts(cpus: float) -> Mapping[str, str]:
    """Without a name that would tell whose machine it is."""
    memory_gib = psutil.virtual_memory().total / (1 << 30)
    return {
        "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "system": f"{platform.system()} {platform.release()}, {platform.machine()}",
        "processor": f"{_processor()}, {cpus:g} CPUs usable",
        "memory": f"{memory_gib:.0f} GiB",
    }


def load() -> float:
    """The average number of running processes in the last minute; 0 where it is not known."""
    return os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0


def _processor() -> str:
    if CPU_INFO.is_file():
        for line in CPU_INFO.read_text(encoding="utf-8", errors="replace").splitlines():
            name, _, value = line.partition(":")
            if name.strip() == "model name":
                return value.strip()
    return platform.processor() or "unknown processor"
