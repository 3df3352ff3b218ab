"""The limits that the system keeps for a process and for all that it starts."""

from __future__ import annotations

import sys
from typing import Any

from pytest_agentorch.model.size import size

resource: Any
try:
    import resource
except ImportError:
    resource = None

_PREFIX = "RLIMIT_"
_ROOM = 64 << 20
"""For the stacks of a few threads."""
_FEW_FILES = 16


def known_limits() -> tuple[str, ...]:
    """Return the limits that there are, by their names in small letters; none on some systems."""
    names = (name for name in dir(resource) if name.startswith(_PREFIX))
    return tuple(name.removeprefix(_PREFIX).lower() for name in names)


def shortage(name: str, number: int) -> str:
    """Say in words why this process cannot go on with so little; empty if it can."""
    least = _least(name)
    if number >= least:
        return ""
    if name in ("as", "data"):
        return f"{size(number)} is too little, a process of this run needs {size(least)} at least"
    return f"{number} is too little, a process of this run needs {least} at least"


def _least(name: str) -> int:
    """What this process has of it, and some room."""
    # Only for those who limit something.
    import psutil

    process = psutil.Process()
    match name:
        case "as" if sys.platform == "linux":
            return int(process.memory_info().vms) + _ROOM
        case "data" if sys.platform == "linux":
            return int(process.memory_info().data) + _ROOM
        case "nofile":
            return int(process.num_fds()) + _FEW_FILES
        case "cpu":
            return int(sum(process.cpu_times()[:2])) + 1
        case _:
            return 0


def set_limit(name: str, number: int) -> None:
    """Limit this process to so much, but never to more than it is limited to already.

    Raises:
        OSError, ValueError: the system does not allow that, or the process could not go on.
    """
    too_little = shortage(name, number)
    if too_little:
        raise ValueError(too_little)
    kind = getattr(resource, _PREFIX + name.upper())
    _, hard = resource.getrlimit(kind)
    limit = number if hard == resource.RLIM_INFINITY else min(number, hard)
    resource.setrlimit(kind, (limit, limit))
