"""Documents that several share."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Any

import pytest

from pytest_agentorch.model.coordination_error import (
    DocumentLockedError,
    DocumentNameError,
    NoDocumentError,
    NotJsonError,
    SharedStateError,
)
from pytest_agentorch.storage import shared_state
from pytest_agentorch.storage.shared_state import SharedState
from pytest_agentorch.system.native import Event, start_thread


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Not there before something is written."""
    return tmp_path / "state"


@pytest.fixture
def state(folder: Path) -> SharedState:
    """As gw0 sees it."""
    return SharedState(folder, "gw0")


@pytest.fixture
def other(folder: Path) -> SharedState:
    """As gw1 sees it."""
    return SharedState(folder, "gw1")


def test_what_one_has_written_others_read(state: SharedState, other: SharedState) -> None:
    """As JSON."""
    state.write("tasks", [{"id": 1}, ("a", None)])
    assert other.read("tasks") == [{"id": 1}, ["a", None]]


def test_a_file_that_somebody_else_has_written_is_named(state: SharedState, folder: Path) -> None:
    """It can be replaced."""
    state.write("tasks", 1)
    (folder / "tasks.json").write_text("{half")
    with pytest.raises(SharedStateError, match=r"tasks\.json\. \[document-damaged\]"):
        state.read("tasks", 0)
    with pytest.raises(SharedStateError):
        state.update("tasks", list)
    state.write("tasks", 2)
    assert state.read("tasks") == 2


def test_only_the_user_can_read_it(state: SharedState, folder: Path) -> None:
    """Like the rest of a run."""
    state.write("tasks", 1)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_what_is_not_there_is_an_error_that_names_what_is(state: SharedState) -> None:
    """Or a default."""
    with pytest.raises(NoDocumentError, match=r"no document 'tasks'. There are: none."):
        state.read("tasks")
    state.write("b", 1)
    state.write("a", 1)
    with pytest.raises(NoDocumentError, match=r"There are: a, b. \[no-document\]"):
        state.read("tasks")
    assert state.read("tasks", None) is None


def test_a_document_is_changed(state: SharedState) -> None:
    """What the function returns is the new one, and is returned."""
    assert state.update("count", lambda n: n + 1, 0) == 1
    assert state.update("count", lambda n: n + 1, 0) == 2
    assert state.read("count") == 2


def test_a_change_that_fails_changes_nothing(state: SharedState) -> None:
    """The lock is free afterwards."""
    state.write("tasks", [1])

    def spoil(tasks: list[int]) -> None:
        tasks.append(2)
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        state.update("tasks", spoil)
    with pytest.raises(NotJsonError, match="the document 'tasks' is no JSON"):
        state.update("tasks", lambda _: {1})
    assert state.update("tasks", lambda tasks: tasks, timeout=0) == [1]


def test_a_document_can_be_removed(state: SharedState) -> None:
    """And made anew."""
    state.write("tasks", 1)
    assert state.delete("tasks")
    assert not state.delete("tasks")
    assert state.keys() == []


def test_names_are_in_order(state: SharedState, folder: Path) -> None:
    """What a killed process has left behind is no document."""
    assert state.keys() == []
    for name in ("b.2", "a-1", "c_3"):
        state.write(name, 1)
    (folder / ".a-1.json.tmp123").write_text("[")
    (folder / ".a.json").write_text("[")
    assert state.keys() == ["a-1", "b.2", "c_3"]


@pytest.mark.parametrize("name", ["", "A", "../x", "a/b", ".a", "a b", "ä", "x" * 101, None])
def test_a_name_works_on_every_system(state: SharedState, name: Any) -> None:
    """Where files have no large letters, too."""
    for use in (state.read, state.delete, lambda one: state.write(one, 1)):
        with pytest.raises(DocumentNameError, match="small letters"):
            use(name)


def test_a_reader_never_waits(state: SharedState, other: SharedState) -> None:
    """It has what was there before."""
    state.write("tasks", "old")

    def change(_: object) -> str:
        assert other.read("tasks") == "old"
        return "new"

    state.update("tasks", change)
    assert other.read("tasks") == "new"


def test_who_waits_too_long_is_told_for_whom(
    state: SharedState, other: SharedState, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The agent, its test, and since when it has the document."""
    monkeypatch.setenv("PYTEST_CURRENT_TEST", "test_a.py::test_long (call)")

    def change(_: object) -> int:
        with pytest.raises(DocumentLockedError) as raised:
            other.update("tasks", lambda n: n, timeout=0)
        told = str(raised.value)
        start = "the document 'tasks' has been locked by gw0 in test_a.py::test_long "
        assert told.startswith(f"{start}(process {os.getpid()}) since ")
        assert told.endswith(", and was waited for 0 s. [document-locked]")
        return 1

    state.update("tasks", change)


def test_a_holder_that_has_not_said_who_it_is(folder: Path) -> None:
    """It has the lock for less than a millisecond."""
    told = shared_state._told(folder / "tasks.holder")
    assert told == "somebody who has only just begun"


def test_windows_is_asked_again(
    state: SharedState, monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    """It refuses what others have open for a moment."""
    state.write("tasks", 1)
    refusals = [PermissionError("in use")] * 3
    read = Path.read_text

    def read_text(path: Path, **more: Any) -> str:
        if refusals:
            raise refusals.pop()
        return read(path, **more)

    monkeypatch.setattr(Path, "read_text", read_text)
    with pytest.raises(PermissionError):
        state.read("tasks")
    monkeypatch.setattr(shared_state, "_TRIES", 3)
    assert state.read("tasks") == 1


def test_other_documents_are_free(state: SharedState, other: SharedState) -> None:
    """Each has a lock of its own."""

    def change(_: object) -> int:
        other.write("b", 2, timeout=0)
        return 1

    state.update("a", change)
    assert state.read("b") == 2


def test_nothing_is_lost_between_threads(state: SharedState, other: SharedState) -> None:
    """The lock is for them, too."""
    ends = [Event(), Event()]

    def count(one: SharedState, end: Event) -> None:
        for _ in range(50):
            one.update("count", lambda n: n + 1, 0, timeout=60)
        end.set()

    for one, end in zip((state, other), ends, strict=True):
        start_thread(count, one, end)
    assert all(end.wait(60) for end in ends)
    assert state.read("count") == 100
