"""What runs have taken of the host that they share."""

from __future__ import annotations

import json
import math
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest
from filelock import FileLock

from pytest_agentorch.model.capacity import Capacity
from pytest_agentorch.model.ids import RunId
from pytest_agentorch.model.share import Share, Wish
from pytest_agentorch.storage import host_ledger
from pytest_agentorch.storage.host_ledger import HostLedger
from pytest_agentorch.system import offspring

GIB = 1 << 30
MACHINE = Capacity(cpus=8.0, host_cpus=8.0, memory=8 * GIB, host_memory=8 * GIB, domain="here")
Join = Callable[..., tuple[HostLedger, Share]]
ALONE = 7
"""So many agents a run has here that is alone."""


@pytest.fixture(autouse=True)
def _no_run_around(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(offspring.VARIABLE, raising=False)


@pytest.fixture
def join(tmp_path: Path) -> Join:
    """Let a run take its share: its name, and how many agents it asks for."""

    def joined(run: str, agents: int | None = None, memory: int = 0) -> tuple[HostLedger, Share]:
        ledger = HostLedger(tmp_path, RunId(run))
        return ledger, ledger.take(Wish(agents=agents, memory=memory, limit=0.8), MACHINE)

    return joined


def rows(folder: Path) -> list[dict[str, Any]]:
    """What is entered."""
    path = folder / "runs.json"
    found: list[dict[str, Any]] = json.loads(path.read_text())["runs"] if path.exists() else []
    return found


def change(folder: Path, **values: Any) -> None:
    """Change the first entry."""
    path = folder / "runs.json"
    data = json.loads(path.read_text())
    data["runs"][0].update(values)
    path.write_text(json.dumps(data))


def test_a_run_gets_what_others_have_left(join: Join, tmp_path: Path) -> None:
    """And they get it back when it is over."""
    first, share = join("one", 3)
    assert (share.agents, share.other_runs) == (3, 0)
    second, share = join("two")
    assert (share.agents, share.taken_cpus, share.other_runs) == (ALONE - 3, 3, 1)
    assert join("three")[1].agents == 1
    assert [row["run"] for row in rows(tmp_path)] == ["one", "two", "three"]
    first.leave()
    second.leave()
    second.leave()
    assert [row["run"] for row in rows(tmp_path)] == ["three"]
    assert join("four")[1].agents == ALONE - 1


def test_an_entry_says_who_and_what(join: Join, tmp_path: Path) -> None:
    """The process, since when it is there, and how much it has taken."""
    join("one", 2, 3 * GIB)
    (row,) = rows(tmp_path)
    assert (row["pid"], row["created"]) == (os.getpid(), psutil.Process().create_time())
    assert (row["agents"], row["memory"], row["domain"]) == (2, 3 * GIB, "here")


def test_the_last_one_leaves_nothing(join: Join, tmp_path: Path) -> None:
    """But the lock, which costs less to keep."""
    ledger, _ = join("one")
    ledger.leave()
    assert [path.name for path in tmp_path.iterdir()] in ([], ["runs.lock"])


@pytest.mark.parametrize(
    "other",
    [
        {"pid": 2**22 + 1},
        {"pid": -1},
        {"pid": 2**70},
        {"created": 1.0},
        {"host": "another container", "at": 1.0},
    ],
)
def test_who_is_gone_has_nothing(join: Join, tmp_path: Path, other: dict[str, Any]) -> None:
    """No such process, another with its number, or one elsewhere that was here long ago."""
    join("one", 3)
    change(tmp_path, **other)
    assert join("two")[1].agents == ALONE
    assert [row["run"] for row in rows(tmp_path)] == ["two"]


def test_a_process_of_another_container_may_live(join: Join, tmp_path: Path) -> None:
    """Its number means nothing here."""
    join("one", 3)
    change(tmp_path, host="another container", pid=2**22 + 1)
    assert join("two")[1].agents == ALONE - 3


def test_a_run_inside_of_a_run_has_its_share(
    join: Join, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """What the runs around it have taken they have taken for it, too."""
    join("outer", 3)
    join("other", 2)
    monkeypatch.setenv(offspring.VARIABLE, "outermost outer")
    share = join("inner")[1]
    assert (share.agents, share.other_runs) == (ALONE - 2, 1)
    assert [row["run"] for row in rows(tmp_path)] == ["outer", "other", "inner"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        '{"format": "pytest-agentorch host 1"}',
        '{"format": "pytest-agentorch host 1", "runs": [{}]}',
        '{"format": "pytest-agentorch host 1", "runs": 5}',
        '{"format": "another", "runs": []}',
        "[" * 100_000,
        "\udcff",
    ],
)
def test_a_damaged_file_is_as_none(join: Join, tmp_path: Path, text: str) -> None:
    """And is written anew."""
    (tmp_path / "runs.json").write_text(text, "utf-8", "surrogateescape")
    assert join("one")[1].agents == ALONE
    assert [row["run"] for row in rows(tmp_path)] == ["one"]


@pytest.mark.parametrize(
    "values",
    [
        {"agents": -3},
        {"agents": True},
        {"agents": "3"},
        {"memory": 1.5},
        {"pid": "x"},
        {"pid": math.inf},
        {"at": 10**400},
    ],
)
def test_a_wrong_value_is_damage(join: Join, tmp_path: Path, values: dict[str, Any]) -> None:
    """Nobody gets more for that."""
    join("one", 3)
    change(tmp_path, **values)
    assert join("two")[1].agents == ALONE
    assert [row["run"] for row in rows(tmp_path)] == ["two"]


def test_where_nothing_can_be_written_a_run_is_alone(join: Join, tmp_path: Path) -> None:
    """A folder in place of the file: root cannot write that either."""
    (tmp_path / "runs.json").mkdir()
    ledger, share = join("one")
    assert share.agents == ALONE
    ledger.leave()


def test_where_there_is_no_folder_a_run_is_alone(tmp_path: Path) -> None:
    """It was removed, say."""
    ledger = HostLedger(tmp_path / "gone", RunId("one"))
    assert ledger.take(Wish(agents=None, memory=0, limit=0.8), MACHINE).agents == ALONE
    ledger.leave()


def test_nobody_waits_for_long(join: Join, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody may be stopped who has the lock."""
    monkeypatch.setattr(host_ledger, "PATIENCE_SECONDS", 0.0)
    ledger, _ = join("one", 3)
    with FileLock(tmp_path / "runs.lock"):
        assert join("two")[1].agents == ALONE
        ledger.leave()
    assert [row["run"] for row in rows(tmp_path)] == ["one"]


def test_a_forked_child_takes_nobody_out(
    join: Join, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may go through the same end as its parent."""
    ledger, _ = join("one")
    monkeypatch.setattr(host_ledger, "_getpid", lambda: os.getpid() + 1)
    ledger.leave()
    assert [row["run"] for row in rows(tmp_path)] == ["one"]


class Places:
    """Where a ledger could be."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.temporary, self.runtime = folder / "tmp", folder / "run"
        self.temporary.mkdir()
        self.runtime.mkdir()
        monkeypatch.delenv(host_ledger.VARIABLE, raising=False)
        monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
        monkeypatch.setattr(tempfile, "tempdir", str(self.temporary))

    @property
    def own(self) -> Path:
        """The folder below the one for what is temporary."""
        return self.temporary / f"pytest-agentorch-{os.getuid()}"

    def chosen(self) -> Path | None:
        """The folder of the ledger."""
        ledger = HostLedger.of_this_user(RunId("one"))
        return None if ledger is None else ledger.folder


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Places:
    """Nothing is said."""
    if not hasattr(os, "getuid"):
        pytest.skip("each user has a folder for what is temporary here")
    return Places(tmp_path, monkeypatch)


def test_the_folder_belongs_to_the_user_alone(places: Places) -> None:
    """Below what is temporary, made when it is needed."""
    for _ in range(2):
        assert places.chosen() == places.own
        assert places.own.stat().st_mode & 0o777 == 0o700


def test_the_folder_of_the_login_is_better(places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is one."""
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(places.runtime))
    assert places.chosen() == places.runtime / "pytest-agentorch"
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(places.runtime / "gone"))
    assert places.chosen() == places.own


def test_the_user_may_say_where(
    places: Places, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """There and nowhere else."""
    monkeypatch.setenv(host_ledger.VARIABLE, str(tmp_path / "a/b"))
    assert places.chosen() == tmp_path / "a/b"
    (tmp_path / "file").touch()
    monkeypatch.setenv(host_ledger.VARIABLE, str(tmp_path / "file"))
    assert places.chosen() is None


@pytest.mark.parametrize("wrong", ["open", "link", "file"])
def test_what_somebody_else_could_have_made_is_not_used(
    places: Places, wrong: str, tmp_path: Path
) -> None:
    """Where everybody can write, anybody may have been first."""
    if wrong == "open":
        places.own.mkdir()
        places.own.chmod(0o755)
    elif wrong == "link":
        (tmp_path / "elsewhere").mkdir(mode=0o700)
        places.own.symlink_to(tmp_path / "elsewhere")
    else:
        places.own.touch()
    assert places.chosen() is None
