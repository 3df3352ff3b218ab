"""A run's directory is made private, tells how the run is, and goes when it is old."""

from __future__ import annotations

import json
import os
import platform
import stat
import sys
from pathlib import Path
from typing import Any

import pytest

from pytest_agentorch.model.stop_reason import StopReason
from pytest_agentorch.storage.run_directory import (
    RunDirectory,
    RunDirectoryError,
    new_run_id,
)
from tests.unit.event_builders import (
    START,
    a_run,
    connected,
    over,
    plan_of,
    ran,
    summary_of,
)
from tests.unit.settings_builder import some_settings
from tests.unit.storage.run_directories import DEAD, NOW, make, names, over_with


def content(directory: RunDirectory) -> dict[str, Any]:
    """What `run.json` says."""
    data: dict[str, Any] = json.loads(directory.run_file.read_text())
    return data


def test_the_id_of_a_run_is_its_time_in_utc_and_something_random() -> None:
    """Ids sort by time."""
    assert new_run_id(START, b"\x2c\x3d") == "20231114T221320Z-00002c3d"
    for later in (0.001, 0.9, 1.0):
        assert new_run_id(START, b"\xff\xff") < new_run_id(START + later, b"\x00\x00")


def test_create_makes_it_and_says_initializing(tmp_path: Path) -> None:
    """Parents are made as needed, and folders when there is something for them."""
    directory = make(tmp_path / "d" / "runs")
    assert names(directory.path) == ["logs", "run.json"]
    data = content(directory)
    assert data["id"] == directory.path.name
    assert data["status"] == "initializing"
    assert data["pid"] == os.getpid()
    assert data["started"] == "2023-11-14T22:13:20.000+00:00"
    assert data["ended"] is None
    assert data["settings"]["dist"] == "balanced"
    assert data["settings"]["phases"][0]["name"] == "unit"


@pytest.mark.skipif(sys.platform == "win32", reason="permission bits")
def test_nobody_else_may_look_inside(tmp_path: Path) -> None:
    """Captured output may hold secrets."""
    directory = make(tmp_path)
    assert stat.S_IMODE(directory.path.stat().st_mode) == 0o700
    assert stat.S_IMODE(directory.run_file.stat().st_mode) == 0o600


def test_the_paths_inside_are_known(tmp_path: Path) -> None:
    """Others put their files where they belong."""
    directory = make(tmp_path)
    assert directory.report_file == directory.path / "report.json"
    assert directory.event_log == directory.path / "events.jsonl"
    assert directory.folder("logs").is_dir()
    with pytest.raises(ValueError, match="no folder 'log'"):
        directory.folder("log")


def test_save_tells_the_agents_and_the_counts_per_phase(tmp_path: Path) -> None:
    """While the run goes on it is active."""
    directory = make(tmp_path)
    directory.save(summary_of(a_run(), plan_of(2), connected("gw0"), ran(0)))
    data = content(directory)
    assert data["status"] == "active"
    assert data["agents"] == [
        {
            "id": "gw0",
            "slot": "gw0",
            "type": ["unit"],
            "capabilities": [],
            "status": "active",
            "ended_how": "",
            "processes": 1,
            "pid": 100,
            "host": platform.node(),
            "registered": "2023-11-14T22:13:21.000+00:00",
            "updated": "2023-11-14T22:13:23.000+00:00",
            "terminated": None,
            "tests": 1,
            "failed": 0,
            "success_rate": 100.0,
            "busy_seconds": 1.0,
            "mean_seconds": 1.0,
            "peak_memory": None,
            "cpu_seconds": None,
            "cpu_percent": None,
            "threads": None,
            "open_files": None,
            "max_concurrent_tasks": 1,
            "priority": 0,
        }
    ]
    assert data["statistics"] == {
        "total": 1,
        "lost": 0,
        "completion_rate": 50.0,
        "success_rate": 100.0,
    }
    assert data["phases"]["unit"]["passed"] == 1
    assert data["phases"]["unit"]["not_run"] == 1
    assert data["phases"]["unit"]["total"] == 2


@pytest.mark.parametrize(
    ("reason", "status"),
    [
        (StopReason.FINISHED, "completed"),
        (StopReason.MAXFAIL, "completed"),
        (StopReason.REQUESTED, "completed"),
        (StopReason.NO_AGENTS, "failed"),
        (StopReason.INTERRUPTED, "interrupted"),
        (StopReason.INTERNAL_ERROR, "failed"),
    ],
)
def test_the_end_of_a_run_decides_its_status(
    tmp_path: Path, reason: StopReason, status: str
) -> None:
    """Completed says nothing of verdicts."""
    directory = over_with(make(tmp_path), over(reason))
    data = content(directory)
    assert (data["status"], data["stop_reason"]) == (status, reason.name.lower())
    assert data["ended"] == "2023-11-14T22:13:30.000+00:00"


def test_save_leaves_no_temporary_file(tmp_path: Path) -> None:
    """`run.json` is replaced, not added to."""
    directory = over_with(over_with(make(tmp_path)))
    assert [name for name in names(directory.path) if "run.json" in name] == ["run.json"]


def test_a_parent_that_cannot_be_made_is_a_clear_error(tmp_path: Path) -> None:
    """The caller can fall back to a temporary directory."""
    (tmp_path / "file").write_text("")
    with pytest.raises(RunDirectoryError, match=r"cannot make the run directory .*file"):
        make(tmp_path / "file" / "runs")


def test_an_id_that_is_taken_is_a_clear_error_and_touches_nothing(tmp_path: Path) -> None:
    """Two runs never share a directory."""
    first = over_with(make(tmp_path))
    with pytest.raises(RunDirectoryError, match="File exists"):
        make(tmp_path)
    assert content(first)["status"] == "completed"


def test_a_directory_that_cannot_be_filled_is_removed_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Such as on a full disk."""

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(RunDirectory, "save", full)
    with pytest.raises(RunDirectoryError, match="No space left on device"):
        make(tmp_path)
    assert names(tmp_path) == []


def test_a_directory_that_cannot_be_filled_may_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where there is no other disk."""

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(RunDirectory, "save", full)
    run = new_run_id(NOW, b"\x01")
    made = RunDirectory.create(
        tmp_path, run, settings=some_settings(), now=NOW, owner=DEAD, even_if_full=True
    )
    assert "logs" in names(made.path)


def test_a_file_that_cannot_be_replaced_leaves_the_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And no temporary file."""
    directory = make(tmp_path)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="No space left"):
        over_with(directory)
    assert content(directory)["status"] == "initializing"
    assert [name for name in names(directory.path) if "run.json" in name] == ["run.json"]
