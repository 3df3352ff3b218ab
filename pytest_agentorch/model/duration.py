"""Durations as people write them: `90`, `"90s"`, `"1.5m"`, `"2h"`."""

from __future__ import annotations

import math
import re

_WRITTEN = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,9})?)\s*(s|m|h|)")
_UNITS = {"": 1.0, "s": 1.0, "m": 60.0, "h": 3600.0}


def seconds_of(value: object) -> float | None:
    """Return the seconds that somebody has written down; None if these are none."""
    if isinstance(value, str):
        match = _WRITTEN.fullmatch(value.strip())
        return float(match[1]) * _UNITS[match[2]] if match else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if 0 <= value < math.inf else None
