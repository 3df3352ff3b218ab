"""What is kept of tests from run to run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from pytest_agentorch.model.history import History, TestKey, key_of
from pytest_agentorch.storage import history
from pytest_agentorch.storage.history import KEPT_DAYS, HistoryFile, Ran

NOW = 1_700_000_000.0
DAY = 86_400.0
A, B, C = (key_of(f"test_{name}.py::test_it[ä]", 0) for name in "abc")


def good(seconds: float) -> Ran:
    """A test that passed."""
    return Ran(seconds=seconds, failed=False)


@pytest.fixture
def file(tmp_path: Path) -> HistoryFile:
    """A history of a project that has never run."""
    return HistoryFile(tmp_path / "history.json")


def content(tmp_path: Path) -> dict[str, Any]:
    """What the file holds."""
    data: dict[str, Any] = json.loads((tmp_path / "history.json").read_text())
    return data


def test_at_first_nothing_is_known(file: HistoryFile, tmp_path: Path) -> None:
    """And to ask for it writes nothing."""
    assert file.read() == History()
    assert [*tmp_path.iterdir()] == []


def test_what_ran_is_known_then(file: HistoryFile) -> None:
    """How long it took, and whether it failed."""
    again = key_of("test_a.py::test_it[ä]", 1)
    assert file.add({A: good(1.5), again: Ran(0.25, failed=True)}, NOW)
    assert file.read() == History(seconds={A: 1.5, again: 0.25}, failed=frozenset({again}))


def test_runs_add_to_each_other(file: HistoryFile) -> None:
    """Whoever has run what."""
    file.add({A: good(1.0), B: Ran(2.0, failed=True)}, NOW)
    file.add({C: Ran(3.0, failed=True)}, NOW)
    assert file.read().failed == {B, C}
    file.add({B: good(2.0)}, NOW)
    assert file.read() == History(seconds={A: 1.0, B: 2.0, C: 3.0}, failed=frozenset({C}))


def test_durations_follow_the_latest_runs(file: HistoryFile) -> None:
    """One slow run does not make a test slow."""
    seconds = []
    for measured in (1.0, 1.0, 9.0, 1.0, 1.0, 1.0):
        file.add({A: good(measured)}, NOW)
        seconds.append(file.read().seconds[A])
    assert seconds == [1.0, 1.0, 5.0, 3.0, 2.0, 1.5]


def test_memory_follows_the_most_of_the_latest_runs(file: HistoryFile) -> None:
    """What a test once needed it may need again; what is not notable any more is forgotten."""
    known = []
    for taken in (300, 0, 320, 100, 0, 0):
        file.add({A: Ran(1.0, failed=False, memory=taken << 20), B: good(1.0)}, NOW)
        known.append(file.read().memory.get(A, 0) >> 20)
    assert known == [300, 150, 320, 210, 105, 0]
    assert B not in file.read().memory


def test_memory_belongs_to_its_test_when_others_are_forgotten(file: HistoryFile) -> None:
    """Positions change then."""
    file.add({A: good(1.0), B: good(1.0), C: Ran(1.0, failed=False, memory=200 << 20)}, NOW)
    for day in (1, KEPT_DAYS + 1):
        file.add({C: Ran(1.0, failed=False, memory=200 << 20)}, NOW + day * DAY)
    assert file.read().memory == {C: 200 << 20}


def test_what_has_not_run_for_long_is_forgotten(file: HistoryFile) -> None:
    """A test that is gone, or is called otherwise now."""
    file.add({A: good(1.0), B: Ran(2.0, failed=True), C: Ran(3.0, failed=True)}, NOW)
    file.add({C: Ran(3.0, failed=True)}, NOW + KEPT_DAYS * DAY)
    assert file.read().seconds == {A: 1.0, B: 2.0, C: 3.0}
    file.add({C: Ran(3.0, failed=True)}, NOW + (KEPT_DAYS + 1) * DAY)
    assert file.read() == History(seconds={C: 3.0}, failed=frozenset({C}))


def test_the_newest_tests_are_kept(file: HistoryFile, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file has a limit: what has not run for longest goes."""
    monkeypatch.setattr(history, "MOST_TESTS", 2)
    file.add({A: good(1.0)}, NOW)
    file.add({B: good(2.0)}, NOW + DAY)
    file.add({A: good(1.0)}, NOW + 2 * DAY)
    file.add({C: Ran(3.0, failed=True)}, NOW + 3 * DAY)
    assert file.read() == History(seconds={A: 1.0, C: 3.0}, failed=frozenset({C}))


def test_the_file_is_compact(file: HistoryFile, tmp_path: Path) -> None:
    """Fifty thousand tests are a few megabytes, and soon read."""
    file.add({TestKey(f"test_{n}.py::test_it"): good(0.001 * n) for n in range(1000)}, NOW)
    assert (tmp_path / "history.json").stat().st_size < 40_000


FINE: dict[str, Any] = {
    "format": "pytest-agentorch history 1",
    "tests": ["a", "b"],
    "microseconds": [1, 2],
    "days": [3, 4],
    "failed": [1],
}


def test_a_file_that_is_right_is_read(file: HistoryFile, tmp_path: Path) -> None:
    """So that those below are wrong for one reason each."""
    (tmp_path / "history.json").write_text(json.dumps(FINE))
    assert file.read().seconds == {"a": 0.000_001, "b": 0.000_002}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        "[" * 100_000,
        "\0" * 100,
        json.dumps({**FINE, "format": "pytest-agentorch history 2"}),
        json.dumps({**FINE, "tests": ["a"]}),
        json.dumps({**FINE, "tests": "ab"}),
        json.dumps({**FINE, "tests": ["a", 1]}),
        json.dumps({**FINE, "tests": [["a"], ["b"]]}),
        json.dumps({**FINE, "microseconds": [1, -1]}),
        json.dumps({**FINE, "microseconds": [1, 1.5]}),
        json.dumps({**FINE, "microseconds": [1, 10**400]}),
        json.dumps({**FINE, "microseconds": {"0": 1, "1": 2}}),
        json.dumps({**FINE, "days": [1, None]}),
        json.dumps({**FINE, "days": None}),
        json.dumps({**FINE, "failed": [2]}),
        json.dumps({**FINE, "failed": [[0]]}),
        json.dumps({**FINE, "megabytes": [[0], []]}),
        json.dumps({**FINE, "megabytes": [[2], [80]]}),
        json.dumps({**FINE, "megabytes": [[0], [-1]]}),
        json.dumps({**FINE, "megabytes": [[[0]], [80]]}),
        json.dumps({**FINE, "megabytes": 1}),
        json.dumps({key: value for key, value in FINE.items() if key != "failed"}),
    ],
)
def test_what_is_not_ours_is_ignored_and_replaced(
    file: HistoryFile, tmp_path: Path, text: str
) -> None:
    """Half a file, another version, or something else altogether."""
    (tmp_path / "history.json").write_text(text)
    assert file.read() == History()
    assert file.add({A: good(1.0)}, NOW)
    assert file.read().seconds == {A: 1.0}


def test_what_is_no_text_is_ignored_and_replaced(file: HistoryFile, tmp_path: Path) -> None:
    """Bytes of something else."""
    (tmp_path / "history.json").write_bytes(b"\xff\xfe\x00")
    assert file.read() == History()
    assert file.add({A: good(1.0)}, NOW)
    assert file.read().seconds == {A: 1.0}


def test_where_nothing_can_be_written_nothing_is(tmp_path: Path) -> None:
    """A file where a folder should be, or a folder in its place: a run goes on without."""
    (tmp_path / "notes").write_text("no folder")
    (tmp_path / "history.json").mkdir()
    for path in (tmp_path / "notes" / "history.json", tmp_path / "history.json"):
        file = HistoryFile(path)
        assert file.read() == History()
        assert not file.add({A: good(1.0)}, NOW)
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["history.json", "history.lock", "notes"]


def test_a_run_does_not_wait_long_for_another(
    file: HistoryFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that hangs while it writes; what is there can be read."""
    monkeypatch.setattr(history, "PATIENCE_SECONDS", 0.05)
    file.add({A: good(1.0)}, NOW)
    with FileLock(tmp_path / "history.lock"):
        assert not file.add({A: good(2.0)}, NOW)
        assert file.read().seconds == {A: 1.0}
    assert file.add({A: good(2.0)}, NOW)
    assert file.read().seconds == {A: 1.5}


def test_a_write_that_fails_leaves_the_old_file_and_no_lock(
    file: HistoryFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk is full."""
    file.add({A: good(1.0)}, NOW)
    before = content(tmp_path)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", full)
        assert not file.add({B: good(1.0)}, NOW)
    assert content(tmp_path) == before
    assert file.add({B: good(1.0)}, NOW)
