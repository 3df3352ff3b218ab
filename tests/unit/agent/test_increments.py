"""Increments of a real `Coverage` that measures a few functions."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from coverage import Coverage

from pytest_agentorch.agent.increments import Increments
from pytest_agentorch.agent.live_sets import LiveSets
from pytest_agentorch.storage.coverage_journal import JournalWriter, journal_in, read_journals

CODE = """
def one():
    return 1

def two():
    return 2
"""


class Measured:
    """A module that is measured."""

    def __init__(self, folder: Path, *, keeps: bool, **options: Any) -> None:
        self.folder = folder
        path = folder / "code_under_test.py"
        path.write_text(CODE)
        names: dict[str, Callable[[], int]] = {}
        exec(compile(CODE, str(path), "exec"), names)  # noqa: S102
        self.one, self.two = names["one"], names["two"]
        include = str(path)
        self.cov = Coverage(
            data_file=str(folder / "data"), config_file=False, include=include, **options
        )
        self.cov.start()
        journal = JournalWriter(journal_in(str(folder), "gw0"))
        self.increments = Increments(self.cov, journal, keeps=keeps)

    def told(self) -> list[tuple[str, str, tuple[int, ...]]]:
        """Phases, contexts and lines that were written down."""
        found = [one for journal in read_journals(self.folder) for one in journal.measured]
        return [(one.phase, one.context, one.lines) for one in found]

    def close(self) -> None:
        """End it."""
        self.cov.stop()


@pytest.fixture
def measure(tmp_path: Path) -> Iterator[Callable[..., Measured]]:
    """Begin to measure."""
    begun = []

    def begin(*, keeps: bool = False, **options: Any) -> Measured:
        begun.append(Measured(tmp_path, keeps=keeps, **options))
        return begun[-1]

    yield begin
    for one in begun:
        one.close()


@pytest.mark.parametrize("keeps", [False, True])
def test_each_line_is_told_once(
    measure: Callable[..., Measured], tmp_path: Path, keeps: bool
) -> None:
    """At the first look after it was covered."""
    measured = measure(keeps=keeps)
    for function in (measured.one, measured.one, measured.two, measured.one):
        function()
        measured.increments.look()
    assert measured.told() == [("", "", (3,)), ("", "", (6,))]
    assert measured.increments.is_quick
    # What is saved is saved at the end: a process that is killed leaves no file.
    assert not (tmp_path / "data").exists()
    measured.cov.stop()
    measured.cov._warn_no_data = False
    data = measured.cov.get_data()
    lines = {line for file in data.measured_files() for line in data.lines(file) or ()}
    assert lines == ({3, 6} if keeps else set())


def test_a_phase_is_told_all_that_it_covers(measure: Callable[..., Measured]) -> None:
    """Also what another one has covered before."""
    measured = measure()
    measured.one()
    measured.increments.look()
    for phase in ("unit", "e2e"):
        measured.increments.turn(phase)
        measured.one()
        measured.increments.look()
    assert measured.told() == [("", "", (3,)), ("unit", "", (3,)), ("e2e", "", (3,))]


def test_what_coverage_flushes_itself_is_told(measure: Callable[..., Measured]) -> None:
    """Contexts change without a look."""
    measured = measure(context="all")
    measured.one()
    measured.cov.switch_context("second")
    measured.two()
    measured.increments.look()
    measured.cov.switch_context("third")
    measured.two()
    measured.increments.look()
    assert measured.told() == [
        ("", "all", (3,)),
        ("", "all|second", (6,)),
        ("", "all|third", (6,)),
    ]


def test_sets_that_cannot_be_relied_on_are_not_read(
    measure: Callable[..., Measured], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Coverage is asked at each look; all is told nevertheless."""
    monkeypatch.setattr(LiveSets, "prove", lambda self, *_: setattr(self, "_attempts", 3))
    measured = measure()
    for function in (measured.one, measured.two, measured.one):
        function()
        measured.increments.look()
    assert not measured.increments.is_quick
    assert measured.told() == [("", "", (3,)), ("", "", (6,))]


def test_branches(measure: Callable[..., Measured]) -> None:
    """Arcs are arcs."""
    measured = measure(branch=True)
    measured.one()
    measured.increments.look()
    (journal,) = read_journals(measured.folder)
    assert set(journal.measured[0].arcs) == {(-2, 3), (3, -2)}


@pytest.mark.skipif(sys.version_info < (3, 12), reason="needs sys.monitoring")
def test_a_tracer_that_sees_each_line_once(
    measure: Callable[..., Measured], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is to see it again in another phase."""
    monkeypatch.setenv("COVERAGE_CORE", "sysmon")
    measured = measure()
    for phase in ("unit", "e2e"):
        measured.increments.turn(phase)
        for function in (measured.one, measured.two):
            function()
            measured.increments.look()
    assert measured.told() == [(p, "", (n,)) for p in ("unit", "e2e") for n in (3, 6)]


def test_another_coverage_is_asked_in_public(measure: Callable[..., Measured]) -> None:
    """One that has nothing of what is private here."""
    measured = measure()
    cov: Any = SimpleNamespace(get_option=measured.cov.get_option, get_data=measured.cov.get_data)
    increments = Increments(cov, measured.increments._journal, keeps=False)
    measured.one()
    increments.look()
    assert not increments.is_quick


def test_sets_of_another_kind_are_not_read(
    measure: Callable[..., Measured], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A version of coverage that keeps no dict is asked, from the first look on."""

    class Unlike(dict[str, set[int]]):
        pass

    monkeypatch.setattr("pytest_agentorch.agent.increments.LiveSets", _of(Unlike))
    measured = measure()
    measured.one()
    measured.increments.look()
    assert not measured.increments.is_quick
    assert measured.told() == [("", "", (3,))]


def _of(kind: type[dict[str, Any]]) -> Callable[[Any], LiveSets]:
    def live_sets(collector: Any) -> LiveSets:
        return LiveSets(SimpleNamespace(data=kind(collector.data)))

    return live_sets
