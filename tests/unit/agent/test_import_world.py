"""The world in which files are imported late."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from pytest_agentorch.agent.import_world import ImportWorld


@pytest.fixture(autouse=True)
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory, an environment and a path of this test's own."""
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    monkeypatch.setattr(os, "environ", os.environ.copy())
    monkeypatch.setattr(sys, "path", ["/own", "/common"])
    os.environ.update(MODE="plain", GONE="not yet")
    return here


def test_an_import_sees_what_was_there_at_first(world: Path, tmp_path: Path) -> None:
    """Working directory and variables; afterwards all is as a fixture has left it."""
    first = ImportWorld([])
    os.chdir(tmp_path)
    os.environ.update(MODE="testing", MORE="yes")
    del os.environ["GONE"]
    with first.again():
        assert Path.cwd() == world
        assert (os.environ["MODE"], os.environ["GONE"]) == ("plain", "not yet")
        assert "MORE" not in os.environ
    assert Path.cwd() == tmp_path
    assert (os.environ["MODE"], os.environ["MORE"]) == ("testing", "yes")
    assert "GONE" not in os.environ


def test_what_an_import_changes_lasts(tmp_path: Path) -> None:
    """For tests, and for what is imported later."""
    first = ImportWorld([])
    os.environ["MODE"] = "testing"
    with first.again():
        os.environ["NEW"] = "1"
        os.environ["MODE"] = "imported"
        del os.environ["GONE"]
    assert (os.environ["NEW"], os.environ["MODE"]) == ("1", "imported")
    assert "GONE" not in os.environ
    os.environ["NEW"] = "2"
    with first.again():
        assert os.environ["NEW"] == "1"
        assert "GONE" not in os.environ
        os.chdir(tmp_path)
    assert os.environ["NEW"] == "2"
    assert Path.cwd() == tmp_path


def test_a_directory_that_is_gone_is_no_obstacle(world: Path, tmp_path: Path) -> None:
    """A test may have removed the one that it was in."""
    first = ImportWorld([])
    gone = tmp_path / "gone"
    gone.mkdir()
    os.chdir(gone)
    gone.rmdir()
    with first.again():
        assert Path.cwd() == world


def test_modules_are_found_where_all_files_have_been_imported() -> None:
    """Their folders come in that order; what only this process has is before them."""
    first = ImportWorld(["/b", "/a", "/common"])
    assert sys.path == ["/own", "/b", "/a", "/common"]
    with first.again():
        sys.path.insert(0, "/a")
        sys.path.insert(0, "/new")
    assert sys.path == ["/new", "/own", "/b", "/a", "/common"]
