"""What `run.json` says of its owner decides whether the run is in use."""

from __future__ import annotations

import platform
from pathlib import Path

import pytest

from pytest_agentorch.model.frozen import replace
from pytest_agentorch.storage.run_record import Owner, RunHead, RunStatus, plain, read_head
from tests.unit.settings_builder import some_settings

GONE = Owner(host=platform.node(), pid=2**22 + 1, created=1.0)


def test_this_process_is_alive() -> None:
    """An owner knows its own process again."""
    assert Owner.this_process().is_alive


@pytest.mark.parametrize("pid", [GONE.pid, -1, 2**70])
def test_a_process_that_is_not_there_is_not_alive(pid: int) -> None:
    """Nor is nonsense."""
    assert not Owner(host=platform.node(), pid=pid, created=1.0).is_alive


@pytest.mark.parametrize(
    ("status", "is_over"),
    [
        (RunStatus.INITIALIZING, False),
        (RunStatus.ACTIVE, False),
        (RunStatus.COMPLETED, True),
        (RunStatus.FAILED, True),
        (RunStatus.INTERRUPTED, True),
    ],
)
def test_a_run_is_over_when_it_says_so(status: RunStatus, is_over: bool) -> None:
    """In an orderly way, however it went."""
    assert status.is_over == is_over


def test_a_process_of_another_host_is_not_known_to_live() -> None:
    """Its pid means nothing here."""
    other = replace(Owner.this_process(), host="elsewhere.example")
    assert not other.is_here
    assert not other.is_alive
    assert not GONE.is_alive


def test_a_head_is_read_back(tmp_path: Path) -> None:
    """Only what decides is read."""
    path = tmp_path / "run.json"
    path.write_text(
        '{"status": "active", "host": "h", "pid": 7, "process_created": 1.5, "more": {}}'
    )
    owner = Owner(host="h", pid=7, created=1.5)
    assert read_head(path) == RunHead(status=RunStatus.ACTIVE, owner=owner)
    assert read_head(tmp_path / "none") is None


def test_settings_are_written_with_their_names() -> None:
    """Enums by value, paths as text."""
    settings = plain(some_settings(report=Path("report.json")))
    assert settings["crash"] == "rerun"
    assert settings["report"] == "report.json"
    assert settings["phases"][0]["parallelism"] == "maximum"
