"""Salvage: what can still be said of a value that cannot be encoded as it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

DEEPEST = 40
"""What is nested deeper is told by its `repr`, and so is what contains itself."""
LARGEST_INT = 2**1024
"""Python refuses to write very long numbers."""


def salvage(value: Any, depth: int = 0) -> Any:
    """Return plain data that is like the value; what is none becomes text."""
    if value is None or isinstance(value, bool | float | str):
        return value
    if isinstance(value, int):
        return value if abs(value) < LARGEST_INT else hex(value)
    try:
        if depth < DEEPEST and isinstance(value, Mapping):
            return {_key(key): salvage(item, depth + 1) for key, item in value.items()}
        if depth < DEEPEST and isinstance(value, list | tuple):
            return [salvage(item, depth + 1) for item in value]
    except Exception as error:  # noqa: BLE001 - any object of any plugin
        return _unprintable(value, error)
    return describe(value)


def describe(value: object) -> str:
    """Return the `repr` of any object, also of one whose `repr` is broken."""
    try:
        return repr(value)
    except Exception as error:  # noqa: BLE001 - any object of any plugin
        return _unprintable(value, error)


def _key(key: object) -> str:
    return key if isinstance(key, str) else describe(key)


def _unprintable(value: object, error: Exception) -> str:
    return f"<unprintable {type(value).__name__}: {type(error).__name__}>"
