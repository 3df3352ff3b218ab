"""A file that is written in one go."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pytest_agentorch.storage.whole_file import write_document, write_whole


def test_a_file_is_made_and_replaced(tmp_path: Path) -> None:
    """Nothing else is left in its folder."""
    path = tmp_path / "file.json"
    write_whole(path, "one")
    write_whole(path, "zwölf")
    assert path.read_text(encoding="utf-8") == "zwölf"
    assert [*tmp_path.iterdir()] == [path]


def test_what_cannot_be_written_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And no half a file."""
    path = tmp_path / "file.json"
    write_whole(path, "one")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="No space left"):
        write_whole(path, "two")
    assert path.read_text() == "one"
    assert [*tmp_path.iterdir()] == [path]


def test_a_document_has_a_line_for_each_of_its_parts(tmp_path: Path) -> None:
    """It can be looked at with other tools for lines, and is JSON."""
    file, document = tmp_path / "run.json", {"id": "é", "agents": [{"agent": "gw0"}], "none": None}
    write_document(file, document)
    assert file.read_text("utf-8").splitlines()[1:-1] == [
        ' "id": "\\u00e9",',
        ' "agents": [{"agent": "gw0"}],',
        ' "none": null',
    ]
    assert json.loads(file.read_text("utf-8")) == document
    write_document(file, {})
    assert json.loads(file.read_text("utf-8")) == {}
