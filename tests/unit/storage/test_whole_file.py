"""A file that is written in one go."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_agentorch.storage.whole_file import write_whole


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
