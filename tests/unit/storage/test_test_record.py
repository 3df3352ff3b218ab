"""What an agent has begun and finished can be read when it is gone."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from pytest_agentorch.storage.test_record import ROWS, Row, TestRecord, Times, rows_after

TIMES: Times = (1.0, 0.1, 2.0, 0.2, 3.0, 0.3)


def test_what_was_written_is_read_without_being_closed(tmp_path: Path) -> None:
    """A test that passed, one that did not, and one that is running."""
    record = TestRecord(tmp_path / "rows")
    record.begin(7, 1.0)
    record.end(7, TIMES, 0.5)
    record.begin(3, 4.0)
    record.end(3, None, 0.25)
    record.begin(9, 5.0)
    assert list(rows_after(tmp_path / "rows", 0)) == [
        Row(1, 7, 1.0, TIMES, ended=True, cpu=0.5),
        Row(2, 3, 0.0, None, ended=True, cpu=0.25),
        Row(3, 9, 5.0, None, ended=False, cpu=0.0),
    ]
    assert [row.number for row in rows_after(tmp_path / "rows", 2)] == [3]
    record.close()


def test_there_is_place_for_all_of_it_from_the_start(tmp_path: Path) -> None:
    """Who writes to a file in memory when the disk is full is killed."""
    record = TestRecord(tmp_path / "rows")
    state = (tmp_path / "rows").stat()
    record.close()
    if hasattr(os, "posix_fallocate"):
        assert state.st_blocks * 512 >= state.st_size > 0


def test_a_file_system_that_reserves_nothing_will_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk will not: it says so, and kills nobody."""

    def refuse(*_: object) -> None:
        raise OSError(numbers.pop(), "refused")

    numbers = [errno.ENOSPC, errno.EOPNOTSUPP]
    monkeypatch.setattr(os, "posix_fallocate", refuse, raising=False)
    record = TestRecord(tmp_path / "rows")
    record.begin(7, 1.0)
    assert [row.test for row in rows_after(tmp_path / "rows", 0)] == [7]
    record.close()
    with pytest.raises(OSError, match="refused"):
        TestRecord(tmp_path / "rows")


def test_the_latest_rows_are_kept(tmp_path: Path) -> None:
    """It is a ring: older ones have been told long ago."""
    record = TestRecord(tmp_path / "rows")
    for number in range(ROWS + 10):
        record.begin(number, 1.0)
        record.end(number, TIMES, 0.0)
    rows = list(rows_after(tmp_path / "rows", ROWS))
    assert [row.test for row in rows] == list(range(ROWS, ROWS + 10))
    assert [row.number for row in rows] == list(range(ROWS + 1, ROWS + 11))
    record.close()


def test_without_a_file_there_is_nothing(tmp_path: Path) -> None:
    """The agent never came so far."""
    assert list(rows_after(tmp_path / "none", 0)) == []


def test_a_file_that_ends_too_early_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    """The disk may have been full."""
    record = TestRecord(tmp_path / "rows")
    record.begin(7, 1.0)
    record.close()
    data = (tmp_path / "rows").read_bytes()
    (tmp_path / "rows").write_bytes(data[:200])
    assert [row.test for row in rows_after(tmp_path / "rows", 0)] == [7]
