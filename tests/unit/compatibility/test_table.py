"""The table in the documentation: all runs in one."""

from __future__ import annotations

from typing import Any

from docs.generate import compatibility_table


def run_of(python: str, suites: dict[str, Any], versions: str = "pinned") -> dict[str, Any]:
    """What is written of one run."""
    installed = {"pytest": "9.0", "pytest-xdist": "3.8"}
    return {"python": python, "versions": versions, "suites": suites, **installed}


def row_of(version: str, plugin: str = "pytest-soup", **ways: list[str]) -> dict[str, Any]:
    """What is written of one suite, which is the same in all ways but those."""
    same: dict[str, list[str]] = {"xdist": [], "fork": [], "spawn": []}
    return {
        "versions": {plugin: version},
        "tests": 4,
        "ways": {**same, **ways},
        "date": "2026-01-02",
    }


def rows(*runs: dict[str, Any]) -> list[str]:
    """The rows of the suites."""
    return compatibility_table(runs).partition("\n\n")[0].splitlines()[2:]


def test_what_is_the_same_everywhere_is_said_once() -> None:
    """Whatever the Python, and with all versions that were tried, oldest first."""
    runs = [run_of("3.11.7", {"soup": row_of("1.9")}), run_of("3.12.1", {"soup": row_of("1.10")})]
    assert rows(*runs) == ["| pytest-soup 1.9, 1.10 | 4 | same | same | same |"]


def test_what_differs_somewhere_says_where() -> None:
    """A run is named by its Python, and by its versions if they are not the usual ones."""
    runs = [
        run_of("3.11.7", {"soup": row_of("1", xdist=["a", "b"])}),
        run_of("3.12.1", {"soup": row_of("1", xdist=["a", "b"], spawn=["a"])}),
        run_of("3.12.1", {"soup": row_of("1", xdist=["a", "b"], fork=["a"])}, "newest"),
    ]
    fork = "same (3.11, 3.12), different (3.12 newest)"
    spawn = "same (3.11, 3.12 newest), different (3.12)"
    assert rows(*runs) == [f"| pytest-soup 1 | 4 | different | {fork} | {spawn} |"]


def test_a_suite_may_be_in_some_runs_only() -> None:
    """And a suite of pytest's own has its name."""
    own = {"own_soup": row_of("9", plugin="pytest")}
    runs = [run_of("3.11.7", {"broth": row_of("1")}), run_of("3.12.1", own)]
    assert rows(*runs)[1] == "| pytest 9: soup | 4 | same | same | same |"


def test_every_run_is_listed() -> None:
    """With what was installed, how many suites, and from when to when they were run."""
    earlier = {**row_of("1"), "date": "2026-01-01"}
    table = compatibility_table([run_of("3.11.7", {"soup": row_of("1"), "broth": earlier})])
    last = "| 3.11.7 | 9.0 | 3.8 | pinned | 2 | 2026-01-01 to 2026-01-02 |"
    assert table.splitlines()[-1] == last
