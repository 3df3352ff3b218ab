"""A file that is written in one go: a reader sees the old content or the new, never half."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from json import JSONEncoder
from pathlib import Path
from typing import Any

# Bound here: conftests may change `json`.
_to_json = JSONEncoder().encode


def write_document(path: Path, document: Mapping[str, Any]) -> None:
    """Write JSON with a line for each of its parts, whole.

    A line for each value would be encoded in Python, ten times as long.

    Raises:
        OSError: it cannot be written; what was there still is.
    """
    parts = ",\n".join(f" {_to_json(name)}: {_to_json(value)}" for name, value in document.items())
    write_whole(path, f"{{\n{parts}\n}}\n")


def write_whole(path: Path, text: str) -> None:
    """Write beside the file, then rename: atomic on every platform that Python knows.

    Raises:
        OSError: it cannot be written; what was there still is.
    """
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
