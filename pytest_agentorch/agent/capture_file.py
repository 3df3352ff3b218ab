"""Captured output that survives the agent: what the running test wrote is in a file of the run.

pytest keeps captured output in unnamed temporary files that die with the process. Here a named file
is put *under* the same descriptors, so a controller can read what a crashed test had printed.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
from _pytest.faulthandler import fault_handler_stderr_fd_key


def install(config: pytest.Config, path: str) -> None:
    """Move pytest's captured stdout and stderr into `<path>.out` and `<path>.err`.

    Does nothing where output is not captured by file descriptor.
    """
    for ending, capture in _captures(config):
        _put_under(capture.tmpfile.fileno(), f"{path}.{ending}")


def separate(config: pytest.Config, path: str) -> None:
    """Do the same in a fork, where descriptors 1 and 2 lead elsewhere since: nothing is shared."""
    install(config, path)
    for _, capture in _captures(config):
        os.dup2(capture.targetfd, capture.targetfd_save, inheritable=False)
    descriptor = config.stash.get(fault_handler_stderr_fd_key, None)
    if descriptor is not None:
        os.dup2(2, descriptor, inheritable=False)


def _captures(config: pytest.Config) -> Iterator[tuple[str, Any]]:
    manager: Any = config.pluginmanager.getplugin("capturemanager")
    capturing = getattr(manager, "_global_capturing", None)
    for stream in ("out", "err"):
        capture = getattr(capturing, stream, None)
        if hasattr(capture, "targetfd") and hasattr(getattr(capture, "tmpfile", None), "fileno"):
            yield stream, capture


def _put_under(descriptor: int, path: str) -> None:
    position = os.lseek(descriptor, 0, os.SEEK_CUR)
    held = os.pread(descriptor, position, 0) if hasattr(os, "pread") else b""
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
    os.write(file, held)
    os.dup2(file, descriptor, inheritable=False)
    os.close(file)
