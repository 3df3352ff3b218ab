"""The journal of what was covered: what is in it comes back, also from half a file."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from pytest_agentorch.model.measured import Measured
from pytest_agentorch.storage.coverage_journal import (
    Journal,
    JournalWriter,
    journal_in,
    read_journals,
)


def writer(folder: Path, agent: str = "gw0") -> JournalWriter:
    """The journal of an agent."""
    return JournalWriter(journal_in(str(folder), agent))


def only(folder: Path) -> Journal:
    """The only journal there is."""
    (journal,) = read_journals(folder)
    return journal


def test_what_was_covered_comes_back(tmp_path: Path) -> None:
    """With its agent, phase and context."""
    journal = writer(tmp_path)
    journal.add_measured("lines", ("unit", "one"), {"a.py": {2, 1}})
    journal.add_measured("arcs", ("e2e", ""), {"b.py": {(-1, 2)}, "c.py": {(3, -3)}})
    assert only(tmp_path).measured == [
        Measured(agent="gw0", phase="unit", context="one", file="a.py", lines=(1, 2)),
        Measured(agent="gw0", phase="e2e", context="", file="b.py", arcs=((-1, 2),)),
        Measured(agent="gw0", phase="e2e", context="", file="c.py", arcs=((3, -3),)),
    ]


def test_what_coverage_says_comes_back(tmp_path: Path) -> None:
    """Of its warnings, the last word."""
    journal = writer(tmp_path)
    assert not list(tmp_path.iterdir()), "there is no file before there is something for it"
    journal.add(touched={"a.py": ""})
    journal.add(tracers={"b.html": "templates"})
    assert only(tmp_path).warnings is None
    journal.add(warnings=["one", "two"])
    journal.add(warnings=["two"])
    found = only(tmp_path)
    assert (found.touched, found.tracers) == ({"a.py": ""}, {"b.html": "templates"})
    assert found.warnings == ["two"]


def test_each_agent_has_its_own(tmp_path: Path) -> None:
    """Other files of the folder are none."""
    for agent in ("gw1", "gw0"):
        writer(tmp_path, agent).add_measured("lines", ("", ""), {agent: {1}})
    (tmp_path / ".coverage.host").write_bytes(b"SQLite")
    assert [journal.agent for journal in read_journals(tmp_path)] == ["gw0", "gw1"]


def test_what_there_was_no_place_for_is_written_later(tmp_path: Path) -> None:
    """The folder appears only after the first record."""
    folder = tmp_path / "missing"
    journal = writer(folder)
    journal.add_measured("lines", ("", ""), {"a.py": {1}})
    folder.mkdir()
    journal.add_measured("lines", ("", ""), {"b.py": {2}})
    assert [one.file for one in only(folder).measured] == ["a.py", "b.py"]


@given(cut=st.integers(min_value=0, max_value=200), more=st.booleans())
def test_a_torn_record_costs_nothing_else(cut: int, more: bool) -> None:
    """Whatever is left of it, those before and behind it are read."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        journal = writer(folder)
        journal.add_measured("lines", ("", ""), {"a.py": {1}})
        path = Path(journal.path)
        whole = path.read_bytes()
        journal.add_measured("lines", ("", ""), {"b.py": range(50)})
        torn = path.read_bytes()[len(whole) :]
        path.write_bytes(whole + torn[: min(cut, len(torn) - 1)])
        if more:
            journal.add_measured("lines", ("", ""), {"c.py": {3}})
        files = [one.file for one in only(folder).measured]
    assert files == ["a.py", "c.py"] if more else ["a.py"]
