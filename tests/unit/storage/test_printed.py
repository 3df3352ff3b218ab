"""What passing tests have printed, in a file until somebody wants to see it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_agentorch.storage import printed
from pytest_agentorch.storage.printed import Place, PrintedWriter, beside, read

TEXTS = st.lists(st.text(st.characters()))


@given(TEXTS)
def test_every_text_comes_back(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    """Also one of half characters, and an empty one."""
    path = str(tmp_path_factory.mktemp("printed") / "gw0")
    writer = PrintedWriter(path)
    places = [writer.add(text) for text in texts]
    assert [read(path, place) for place in places if place is not None] == texts


def test_there_is_no_file_before_there_is_a_text(tmp_path: Path) -> None:
    """Most tests print nothing."""
    path = tmp_path / beside("gw0.tests")
    writer = PrintedWriter(str(path))
    assert not path.exists()
    writer.add("text")
    assert path.name.startswith("gw0")
    assert path.read_bytes() == b"text"


def test_without_a_place_for_it_nothing_is_kept(tmp_path: Path) -> None:
    """The agent sends it instead."""
    assert PrintedWriter(str(tmp_path / "missing" / "gw0")).add("text") is None


def test_a_full_disk_costs_only_what_comes_after(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is in the file already can be read, and nothing is tried again."""
    path = str(tmp_path / "gw0")
    writer = PrintedWriter(path)
    place = writer.add("one")
    assert place is not None
    calls: list[int] = []

    def write(file: int, data: memoryview) -> int:
        calls.append(len(data))
        if len(calls) > 1:
            raise OSError(28, "No space left on device")
        return os.write(file, data[:2])

    monkeypatch.setattr(printed, "_write", write)
    assert writer.add("three") is None
    assert writer.add("four") is None
    assert calls == [5, 3]
    assert read(path, place) == "one"


@pytest.mark.parametrize("place", [(0, 3), (-1, 3)])
def test_what_cannot_be_read_says_why(tmp_path: Path, place: Place) -> None:
    """A run that is over has removed the file; a place may be none."""
    path = tmp_path / "gw0"
    if place[0] < 0:
        path.write_text("text")
    assert "cannot be read any more" in read(str(path), place)
