"""How many agents were best, from run to run."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from filelock import FileLock

from pytest_agentorch.storage import learned_agents as storage
from pytest_agentorch.storage.learned_agents import MOST_ENTRIES, Learned, LearnedAgents

EIGHT = Learned(8, "it waits")


@pytest.fixture
def file(tmp_path: Path) -> LearnedAgents:
    """The file of a project that has never run."""
    return LearnedAgents(tmp_path / "agents.json")


def test_what_was_learnt_is_known_until_it_is_forgotten(file: LearnedAgents) -> None:
    """Of each choice of tests for itself."""
    assert file.read("all") is None
    assert file.write("all", EIGHT)
    assert file.write("some", Learned(1, "it is small"))
    assert file.read("all") == EIGHT
    assert file.write("all", None)
    assert file.read("all") is None
    assert file.read("some") == Learned(1, "it is small")


def test_nothing_to_learn_writes_nothing(file: LearnedAgents, tmp_path: Path) -> None:
    """Most runs change nothing."""
    assert file.write("all", None)
    assert not (tmp_path / "agents.json").exists()


def test_the_latest_are_kept(file: LearnedAgents) -> None:
    """There are as many choices as users have ideas."""
    for number in range(MOST_ENTRIES + 2):
        file.write(str(number), EIGHT)
    assert file.read("1") is None
    assert file.read("2") == EIGHT
    file.write("2", EIGHT)
    file.write("new", EIGHT)
    assert file.read("2") == EIGHT
    assert file.read("3") is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "[" * 10_000,
        "\ud800",
        '{"format": "other", "learned": []}',
        *(
            json.dumps({"format": "pytest-agentorch agents 1", "learned": learned})
            for learned in (
                None,
                5,
                [5],
                [["all", 8]],
                [["all", "8", ""]],
                [["all", True, ""]],
                [["all", 0, ""]],
                [["all", 5000, ""]],
                [["all", 8, None]],
            )
        ),
    ],
)
def test_what_is_damaged_is_as_if_it_was_not_there(
    file: LearnedAgents, tmp_path: Path, text: str
) -> None:
    """And is written anew."""
    (tmp_path / "agents.json").write_bytes(text.encode("utf-8", "surrogatepass"))
    assert file.read("all") is None
    assert file.write("all", EIGHT)
    assert file.read("all") == EIGHT


def test_who_cannot_write_goes_on(
    file: LearnedAgents, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another run writes, or there is no place for it."""
    monkeypatch.setattr(storage, "PATIENCE_SECONDS", 0.0)
    with FileLock(tmp_path / "agents.lock"):
        assert not file.write("all", EIGHT)
    (tmp_path / "file").write_text("")
    assert not LearnedAgents(tmp_path / "file" / "agents.json").write("all", EIGHT)
