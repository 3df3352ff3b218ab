"""Processes that this one has started: a fork can neither wait for them nor know when they end."""

from __future__ import annotations

import contextlib
from pathlib import Path

_OURS = Path("/proc/self/task")


def living_children() -> tuple[str, ...]:
    """Name the children that run; one that has only not been waited for does not count."""
    numbers: list[str] = []
    for task in _OURS.iterdir():
        with contextlib.suppress(OSError):
            # Not every kernel has the file.
            numbers += (task / "children").read_text(encoding="ascii").split()
    return tuple(name for number in numbers if (name := _name(number)) is not None)


def _name(number: str) -> str | None:
    try:
        stat = Path(f"/proc/{number}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    title, _, rest = stat.partition("(")[2].rpartition(") ")
    return None if rest.startswith(("Z", "X")) else title
