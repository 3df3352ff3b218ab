"""Which files of the project a process has read."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pytest_agentorch.agent.files_read import FilesRead
from pytest_agentorch.storage.digest import digest_of

NEW = os.O_RDWR | os.O_CREAT | os.O_TRUNC


class Process:
    """Opens files below a folder."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.files = FilesRead(root, root / "cache")

    def opens(self, name: str, flags: int = os.O_RDONLY) -> None:
        """As Python tells it, before it is done."""
        self.files.hear("open", (str(self.root / name), None, flags))

    def writes(self, name: str, text: str) -> None:
        """Somebody does."""
        (self.root / name).parent.mkdir(exist_ok=True, parents=True)
        (self.root / name).write_text(text, "utf-8")

    @property
    def read(self) -> dict[str, str] | None:
        """Digests by names."""
        found = self.files.digests(())
        return found and {Path(one).name: digest for one, digest in found.items()}


@pytest.fixture
def process(tmp_path: Path) -> Process:
    """One that has read nothing."""
    return Process(tmp_path / "project")


def test_what_was_read_and_what_was_not_there(process: Process) -> None:
    """The latter so that it counts when it comes."""
    process.writes("data.csv", "1")
    process.opens("data.csv")
    process.opens("local.toml")
    assert process.read == {"data.csv": digest_of(b"1"), "local.toml": ""}


@pytest.mark.parametrize(
    "name",
    [
        *("test_it.py", "__pycache__/a.pyc", ".git/HEAD", "a/.cache/b", "../other/data.csv"),
        *("cache/v/lastfailed", "folder"),
    ],
)
def test_what_does_not_count(process: Process, name: str) -> None:
    """Code, which is looked at otherwise; files of tools; files elsewhere; folders."""
    process.writes("folder/data.csv", "1")
    process.writes(name if name != "folder" else "other", "1")
    process.opens(name)
    assert not (process.read or {}).get(Path(name).name)


def test_a_file_with_a_dot_counts(process: Process) -> None:
    """`.env`, for instance."""
    process.writes(".env", "1")
    process.opens(".env")
    assert process.read == {".env": digest_of(b"1")}


def test_what_it_has_written_itself_is_its_own(process: Process) -> None:
    """Before it has read it, or later."""
    for flags in (NEW, os.O_WRONLY | os.O_APPEND, os.O_RDWR | os.O_CREAT | os.O_EXCL):
        process.opens("out.txt", flags)
        process.opens("out.txt")
        assert process.read == {}
        process = Process(process.root)


def test_what_was_changed_since_is_not_sure(process: Process) -> None:
    """By whomever: nobody knows what has been read."""
    process.writes("data.csv", "1")
    process.opens("data.csv", os.O_RDWR)
    process.writes("data.csv", "2 or more")
    assert process.read is None
    process.opens("gone.csv")
    process = Process(process.root)
    process.opens("gone.csv")
    process.writes("gone.csv", "")
    assert process.read is None


def test_nothing_is_raised(process: Process) -> None:
    """It would reach the test that opens a file."""
    process.files.hear("open", (7, "r", 0))
    process.files.hear("open", ())
    process.files.hear("import", ("json",))
    assert process.read == {}


def test_other_files_can_be_added(process: Process) -> None:
    """Those that were loaded by name."""
    process.writes("urls.py", "1")
    added = str(process.root / "urls.py")
    assert process.files.digests([added]) == {added: digest_of(b"1")}
