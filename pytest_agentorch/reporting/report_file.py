"""The file of a report: checked before the run, written in one go after it."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Mapping
from json import JSONEncoder
from pathlib import Path
from typing import Any

# Bound here: conftests may change `json`.
_to_json = JSONEncoder().encode


def check_writable(path: Path) -> None:
    """Make sure that a report can be written to `path`, and leave no trace of the attempt.

    Raises:
        OSError: it cannot; the message says why and names the path.
    """
    parent = path.resolve().parent
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, "it is a directory, not a file", str(path))
    if not parent.exists():
        raise FileNotFoundError(errno.ENOENT, "its directory does not exist", str(path))
    if not parent.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, "what should hold it is no directory", str(path))
    if _is_special(path):
        return
    try:
        # Trying is the only answer: permission bits say nothing about root or a read-only mount.
        handle, name = tempfile.mkstemp(dir=parent, prefix=f".{path.name}.")
    except OSError as error:
        reason = f"its directory cannot be written to ({error.strerror})"
        raise type(error)(error.errno, reason, str(path)) from error
    os.close(handle)
    Path(name).unlink()


def write_report(path: Path, document: Mapping[str, Any]) -> None:
    """Write a report as JSON. A reader sees the old file or the whole new one.

    Raises:
        OSError: it cannot be written.
    """
    # On one line: indented, ten thousand tests take four times as long to write.
    text = _to_json(document) + "\n"
    target = path.resolve()
    if _is_special(target):
        target.write_text(text, encoding="utf-8")
        return
    # Not mkstemp: its files are private, and a report is for whoever may read the project.
    beside = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        beside.write_text(text, encoding="utf-8", newline="\n")
        beside.replace(target)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def _is_special(path: Path) -> bool:
    """Whether it is a pipe or a device such as /dev/stdout, which is written to in place."""
    return path.exists() and not path.is_file()
