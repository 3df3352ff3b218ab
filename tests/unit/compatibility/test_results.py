"""The file of results: each run of a suite replaces what it makes out of date, and nothing else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.compatibility import __main__ as command


@pytest.fixture(autouse=True)
def results(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file, with nothing in it."""
    path = tmp_path / "compatibility.json"
    path.write_text('{"runs": []}')
    monkeypatch.setattr(command, "RESULTS", path)
    return path


def write(python: str, suite: str, versions: str = "pinned", pytest: str = "9.0") -> None:
    """Keep what a suite has shown."""
    here = {"versions": versions, "python": python, "pytest": pytest, "pytest-xdist": "3.8"}
    command.write(here, suite, {"tests": 1})


def kept(results: Path) -> list[tuple[str, str, list[str]]]:
    """The versions, the Python and the suites of each run."""
    runs = json.loads(results.read_text())["runs"]
    return [(run["versions"], run["python"], list(run["suites"])) for run in runs]


def test_suites_of_one_python_are_kept_together(results: Path) -> None:
    """Sorted; the usual versions first, then by the Python."""
    write("3.12.1", "soup")
    write("3.9.1", "soup", versions="newest")
    write("3.9.1", "soup")
    write("3.12.1", "broth")
    assert kept(results) == [
        ("pinned", "3.9.1", ["soup"]),
        ("pinned", "3.12.1", ["broth", "soup"]),
        ("newest", "3.9.1", ["soup"]),
    ]


@pytest.mark.parametrize(("python", "pytest_version"), [("3.12.2", "9.0"), ("3.12.1", "9.1")])
def test_what_was_found_with_other_versions_is_gone(
    results: Path, python: str, pytest_version: str
) -> None:
    """A run is of one Python and one pytest."""
    write("3.12.1", "soup")
    write(python, "broth", pytest=pytest_version)
    assert kept(results) == [("pinned", python, ["broth"])]
