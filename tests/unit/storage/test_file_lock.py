"""The lock that runs have with each other."""

from __future__ import annotations

from pathlib import Path

import pytest
from filelock import FileLock, Timeout

from pytest_agentorch.storage.file_lock import locked


def test_one_is_in_at_a_time(tmp_path: Path) -> None:
    """And the next when it is out, however that came."""
    path = tmp_path / "a.lock"
    with locked(path, 0.0), pytest.raises(Timeout):
        FileLock(path).acquire(blocking=False)
    with pytest.raises(ZeroDivisionError), locked(path, 0.0):
        raise ZeroDivisionError
    with locked(path, 0.0):
        pass


def test_nobody_waits_for_ever(tmp_path: Path) -> None:
    """For whoever is in."""
    path = tmp_path / "a.lock"
    with FileLock(path), pytest.raises(Timeout), locked(path, 0.0):
        raise AssertionError


def test_where_there_can_be_no_lock(tmp_path: Path) -> None:
    """A folder that is gone: filelock would make it if it could."""
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match="file"), locked(tmp_path / "file/a.lock", 0.0):
        raise AssertionError
