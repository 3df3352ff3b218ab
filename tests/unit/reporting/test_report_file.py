"""A report is refused before the run or written whole."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path

import pytest

from pytest_agentorch.reporting.report_file import check_writable, write_report


def test_a_path_that_can_be_written_leaves_no_trace(tmp_path: Path) -> None:
    """The check makes no file and no directory."""
    check_writable(tmp_path / "report.json")
    assert list(tmp_path.iterdir()) == []


def test_an_old_report_may_be_replaced(tmp_path: Path) -> None:
    """And is not touched by the check."""
    (tmp_path / "report.json").write_text("old")
    check_writable(tmp_path / "report.json")
    assert (tmp_path / "report.json").read_text() == "old"


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        (".", "it is a directory, not a file"),
        ("none/report.json", "its directory does not exist"),
        ("file/report.json", "what should hold it is no directory"),
    ],
)
def test_a_path_that_cannot_be_written_is_refused_with_the_reason(
    tmp_path: Path, path: str, reason: str
) -> None:
    """Before the first test, not after the last."""
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match=reason) as caught:
        check_writable(tmp_path / path)
    assert str(tmp_path) in str(caught.value)


def test_a_directory_that_is_read_only_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever we are: trying is the only answer."""

    def refuse(**_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(tempfile, "mkstemp", refuse)
    with pytest.raises(PermissionError, match=r"cannot be written to \(Permission denied\)"):
        check_writable(tmp_path / "report.json")


def test_a_report_is_written_and_replaced(tmp_path: Path) -> None:
    """Any text that a test may produce, and a last line end."""
    path = tmp_path / "report.json"
    write_report(path, {"a": 1})
    write_report(path, {"stdout": ["ä\udcff\u2028"]})
    assert json.loads(path.read_text(encoding="utf-8")) == {"stdout": ["ä\udcff\u2028"]}
    assert path.read_text(encoding="utf-8").endswith("}\n")
    assert list(tmp_path.iterdir()) == [path]


def test_a_report_that_fails_halfway_leaves_the_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And no temporary file."""
    path = tmp_path / "report.json"
    write_report(path, {"a": 1})

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="No space left"):
        write_report(path, {"a": 2})
    assert json.loads(path.read_text()) == {"a": 1}
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_a_link_stays_a_link(tmp_path: Path) -> None:
    """The report goes where it points."""
    (tmp_path / "there").mkdir()
    link = tmp_path / "report.json"
    link.symlink_to(tmp_path / "there" / "real.json")
    check_writable(link)
    write_report(link, {"a": 1})
    assert link.is_symlink()
    assert json.loads((tmp_path / "there" / "real.json").read_text()) == {"a": 1}


@pytest.mark.skipif(sys.platform == "win32", reason="no such device")
def test_a_device_is_written_in_place() -> None:
    """Such as /dev/stdout."""
    device = Path(os.devnull)
    check_writable(device)
    write_report(device, {"a": 1})
    assert not device.is_file()
