"""JSON lines that are appended."""

from __future__ import annotations

import io
import json
import stat
import sys
from pathlib import Path
from typing import Any

import pytest

from pytest_agentorch.storage import line_file
from pytest_agentorch.storage.line_file import append_line, lines_of


def test_lines_are_appended_to_a_file_that_is_made_for_them(tmp_path: Path) -> None:
    """Its folder is, too; what JSON escapes is in one line."""
    path = tmp_path / "metrics" / "samples.jsonl"
    append_line(path, {"one": "a\nb"})
    append_line(path, {"two": None, "name": "zwölf \udcff"})
    assert [json.loads(line) for line in path.read_text("ascii").splitlines()] == [
        {"one": "a\nb"},
        {"two": None, "name": "zwölf \udcff"},
    ]
    assert lines_of([{"one": 1}, {"two": 2}]) == '{"one":1}\n{"two":2}\n'


@pytest.mark.skipif(sys.platform == "win32", reason="permission bits")
def test_nobody_else_may_read_them(tmp_path: Path) -> None:
    """Names of tests may say much."""
    path = tmp_path / "agents" / "gw0.jsonl"
    append_line(path, {"one": 1})
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_line_for_which_there_is_no_place_is_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not even a part of it: those that come later are whole."""
    path = tmp_path / "agents" / "gw0.jsonl"
    append_line(path, {"one": 1})

    class Full(io.FileIO):
        def write(self, data: Any) -> int:
            return super().write(bytes(data)[:5])

    def full(name: Path, mode: str, **_: Any) -> Full:
        return Full(name, mode)

    with monkeypatch.context() as patch:
        patch.setattr(line_file, "open", full, raising=False)
        with pytest.raises(OSError, match=r"no place for gw0\.jsonl"):
            append_line(path, {"two": 2})
    append_line(path, {"three": 3})
    assert path.read_text() == '{"one":1}\n{"three":3}\n'
