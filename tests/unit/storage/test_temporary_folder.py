"""Temporary folders: none stays for longer than until the next one is made."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest

from pytest_agentorch.model.frozen import replace
from pytest_agentorch.storage import temporary_folder
from pytest_agentorch.storage.run_record import Owner
from pytest_agentorch.storage.temporary_folder import TemporaryFolder


@pytest.fixture(autouse=True)
def parent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where they are."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def owned(by: Owner, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make one as another process would."""
    with monkeypatch.context() as patch:
        patch.setattr(Owner, "this_process", lambda: by)
        return TemporaryFolder("coverage-").path


def test_it_is_there_until_it_is_removed(parent: Path) -> None:
    """With a name that says whose kind it is."""
    folder = TemporaryFolder("coverage-")
    assert folder.path.parent == parent
    assert folder.path.name.startswith("agentorch-coverage-")
    folder.remove()
    assert not list(parent.iterdir())


def test_a_fork_does_not_remove_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is its parent's."""
    folder = TemporaryFolder()
    monkeypatch.setattr(temporary_folder, "_getpid", lambda: os.getpid() + 1)
    folder.remove()
    assert folder.path.is_dir()


def test_what_a_killed_process_has_left_is_removed(
    parent: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not what belongs to one that lives, to another host or to nobody."""
    this = Owner.this_process()
    alive = owned(this, monkeypatch)
    elsewhere = owned(replace(this, host="elsewhere", created=0.0), monkeypatch)
    dead = owned(replace(this, created=this.created - 86_400), monkeypatch)
    for name, text in (("agentorch-strange", "{"), ("agentorch-wrong", '{"host": 1}')):
        (parent / name).mkdir()
        (parent / name / "owner.json").write_text(text)
    (parent / "agentorch-empty").mkdir()
    (parent / "agentorch-file").touch()
    before = {*parent.iterdir()}
    assert {alive, elsewhere, dead} <= before
    new = TemporaryFolder().path
    assert {*parent.iterdir()} == (before | {new}) - {dead}
