"""Texts that are no UTF-8, as names of files may be: execnet refuses them, so they travel as bytes.

They are what Python makes of such names: with lone surrogates.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

_MARK = "agentorch-bytes"
_HOW = "utf-8", "surrogatepass"


def is_utf8(text: str) -> bool:
    """Whether execnet carries a text."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def concealed(data: Any) -> Any:
    """Return plain data without such texts."""
    return _mapped(data, _conceal)


def conceals(dumped: bytes) -> bool:
    """Whether there may be any in what execnet has made of data: to look for them takes longer."""
    return _MARK.encode() in dumped


def revealed(data: Any) -> Any:
    """Return plain data as it was."""
    return _mapped(data, _reveal)


def _conceal(value: Any) -> Any:
    if isinstance(value, str) and not is_utf8(value):
        return _MARK, value.encode(*_HOW)
    return value


def _reveal(value: Any) -> Any:
    if isinstance(value, tuple) and len(value) == 2 and value[0] == _MARK:
        return value[1].decode(*_HOW)
    return value


def _mapped(value: Any, change: Callable[[Any], Any]) -> Any:
    """Change a value and what is in it; what has changed is not looked into."""
    changed = change(value)
    if changed is not value:
        return changed
    if isinstance(value, dict):
        return {_mapped(key, change): _mapped(item, change) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return type(value)(_mapped(item, change) for item in value)
    return value
