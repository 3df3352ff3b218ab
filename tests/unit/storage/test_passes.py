"""What has passed, from run to run."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from filelock import FileLock

from pytest_agentorch.model.history import TestKey
from pytest_agentorch.model.ids import RunId
from pytest_agentorch.model.reuse import Pass
from pytest_agentorch.storage import passes as storage
from pytest_agentorch.storage.passes import KEPT_DAYS, Finding, PassesError, PassFile

A, B, C = map(TestKey, "abc")
DAY = 86_400.0


def found(run: str, *others: TestKey, by_name: str = "", **passed: str) -> Finding:
    """What a run has found out."""
    return Finding(
        run=RunId(run),
        passed={TestKey(key): fingerprint for key, fingerprint in passed.items()},
        others=others,
        seen={"data.csv": "1"},
        by_name=frozenset(filter(None, [by_name])),
    )


@pytest.fixture
def file(tmp_path: Path) -> PassFile:
    """The file of a project that has never run."""
    return PassFile(tmp_path / "passes.json")


def test_what_has_passed_is_known_until_it_does_not(file: PassFile) -> None:
    """With the run that has found it out; what a run says nothing of stays."""
    assert file.read(0.0).tests == {}
    assert file.add(found("one", a="1", b="1"), 0.0)
    assert file.add(found("two", B, c="2", by_name="shop/urls.py"), DAY)
    known = file.read(DAY)
    assert known.tests == {
        A: Pass(fingerprint="1", run=RunId("one")),
        C: Pass(fingerprint="2", run=RunId("two")),
    }
    assert file.add(found("three", a="3", by_name="shop/views.py"), DAY)
    assert file.read(DAY).tests[A] == Pass(fingerprint="3", run=RunId("three"))
    assert file.read(DAY).by_name == {"shop/urls.py", "shop/views.py"}


def test_a_pass_gets_too_old(file: PassFile) -> None:
    """Its test runs again, at the latest."""
    file.add(found("one", a="1"), 0.0)
    file.add(found("two", b="1"), DAY)
    assert set(file.read(KEPT_DAYS * DAY).tests) == {A, B}
    assert set(file.read((KEPT_DAYS + 1) * DAY).tests) == {B}


def test_the_latest_are_kept(file: PassFile, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file does not grow for ever."""
    monkeypatch.setattr(storage, "MOST_TESTS", 2)
    for key in "abc":
        file.add(found("one", **{key: "1"}), 0.0)
    assert set(file.read(0.0).tests) == {B, C}


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("way", [5]),
        ("way", ["0"]),
        ("days", []),
        ("tests", [1]),
        ("ways", [["1"]]),
        ("ways", [[1, 2]]),
        ("by_name", None),
        ("by_name", [2]),
        ("files", [["data.csv"]]),
        ("seen", {}),
        ("seen", {"one": [7]}),
        ("seen", []),
    ],
)
def test_what_is_damaged_is_told_and_replaced(
    file: PassFile, tmp_path: Path, key: str, value: object
) -> None:
    """Half of it is worth nothing."""
    file.add(found("one", a="1"), 0.0)
    path = tmp_path / "passes.json"
    path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), key: value}), "utf-8")
    with pytest.raises(PassesError, match="is damaged"):
        file.read(0.0)
    assert file.add(found("two", b="1"), 0.0)
    assert set(file.read(0.0).tests) == {B}


def test_what_another_version_has_written_is_nothing(file: PassFile, tmp_path: Path) -> None:
    """It is not damaged."""
    (tmp_path / "passes.json").write_text('{"format": "other"}', "utf-8")
    assert file.read(0.0).tests == {}


def test_nobody_waits_for_long(
    file: PassFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run is over before that."""
    monkeypatch.setattr(storage, "PATIENCE_SECONDS", 0.0)
    with FileLock(tmp_path / "passes.lock"):
        assert not file.add(found("one", a="1"), 0.0)
    assert file.add(found("one", a="1"), 0.0)
