"""Sizes as people write them: `1048576`, `"512MiB"`, `"1.5 GiB"`."""

from __future__ import annotations

import re

_WRITTEN = re.compile(r"([0-9]{1,12}(?:\.[0-9]{1,9})?)\s*(KiB|MiB|GiB|TiB|B|)")
_SHIFTS = {"": 0, "B": 0, "KiB": 10, "MiB": 20, "GiB": 30, "TiB": 40}


def bytes_of(value: object) -> int | None:
    """Return the bytes that somebody has written down, one at least; None if these are none."""
    if isinstance(value, str):
        match = _WRITTEN.fullmatch(value.strip())
        if match is None:
            return None
        number = int(float(match[1]) * (1 << _SHIFTS[match[2]]))
    elif isinstance(value, int) and not isinstance(value, bool):
        number = value
    else:
        return None
    return number if number > 0 else None


def size(number: int) -> str:
    """Write a number of bytes in the largest unit of which it has one: `1.5 GiB`, `300 MiB`."""
    for unit in ("GiB", "MiB", "KiB"):
        shift = _SHIFTS[unit]
        if number >= 1 << shift:
            return f"{number / (1 << shift):.1f} {unit}".replace(".0 ", " ")
    return f"{number} B"
