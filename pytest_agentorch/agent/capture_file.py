"""Captured output that survives the agent: what the running test wrote is in a file of the run.

pytest keeps captured output in unnamed temporary files that die with the process. Here a named file
is put *under* the same descriptors, so a controller can read what a crashed test had printed.
"""

from __future__ import annotations

import os
from typing import Any

import pytest


def install(config: pytest.Config, path: str) -> None:
    """Move pytest's captured stdout and stderr into `<path>.out` and `<path>.err`.

    Does nothing where output is not captured by file descriptor.
    """
    manager: Any = config.pluginmanager.getplugin("capturemanager")
    capturing = getattr(manager, "_global_capturing", None)
    for stream, ending in (("out", "out"), ("err", "err")):
        capture = getattr(capturing, stream, None)
        tmpfile: Any = getattr(capture, "tmpfile", None)
        if hasattr(capture, "targetfd") and hasattr(tmpfile, "fileno"):
            _put_under(tmpfile.fileno(), f"{path}.{ending}")


def _put_under(descriptor: int, path: str) -> None:
    position = os.lseek(descriptor, 0, os.SEEK_CUR)
    held = os.pread(descriptor, position, 0) if hasattr(os, "pread") else b""
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
    os.write(file, held)
    os.dup2(file, descriptor, inheritable=False)
    os.close(file)
