"""A file of JSON lines that somebody may read while it grows. It is there when there is a line."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from json import JSONEncoder
from pathlib import Path
from typing import Any

# Bound here: conftests may change `json`.
_to_json = JSONEncoder(separators=(",", ":")).encode
_open = os.open


def append_line(path: Path, row: Mapping[str, Any]) -> None:
    """Append a line, in one write; its folder is made, too.

    Raises:
        OSError: there is no place for it; nothing of it is left.
    """
    path.parent.mkdir(mode=0o700, exist_ok=True)
    data = lines_of([row]).encode()
    with open(path, "ab", buffering=0, opener=_private) as file:
        size = file.tell()
        if file.write(data) < len(data):
            file.truncate(size)
            raise OSError(f"no place for {path.name}")


def lines_of(rows: Iterable[Mapping[str, Any]]) -> str:
    """Return rows as lines."""
    return "".join(f"{_to_json(row)}\n" for row in rows)


def _private(path: str, flags: int) -> int:
    return _open(path, flags, 0o600)
