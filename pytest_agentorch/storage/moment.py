"""Moments, as the records of a run write them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import overload


@overload
def utc(at: float) -> str: ...
@overload
def utc(at: None) -> None: ...
def utc(at: float | None) -> str | None:
    """Write a moment as ISO 8601 in UTC, to the millisecond; None is one that has not come."""
    if at is None:
        return None
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds")
