"""Coverage data: what is written beside the project's data file, and what is removed there."""

from __future__ import annotations

from pathlib import Path

from coverage import CoverageData

from pytest_agentorch.model.measured import Measured
from pytest_agentorch.storage.coverage_data import drop_damaged, save_journals
from pytest_agentorch.storage.coverage_journal import Journal


def test_journals_become_a_file_that_is_combined(tmp_path: Path) -> None:
    """With their contexts, each place once."""
    one, two = Journal("gw0"), Journal("gw1")
    for journal, context in ((one, ""), (two, ""), (two, "test_it.py::test_it|run")):
        journal.measured.append(
            Measured(agent=journal.agent, phase="", context=context, file="a.py", lines=(1, 2))
        )
    save_journals([one, two], tmp_path / ".coverage")
    (path,) = tmp_path.glob(".coverage.*")
    data = CoverageData(str(path))
    data.read()
    assert data.lines("a.py") == [1, 2]
    assert data.measured_contexts() == {"", "test_it.py::test_it|run"}


def test_journals_without_anything_leave_no_file(tmp_path: Path) -> None:
    """An agent may have ended before its first test."""
    save_journals([Journal("gw0")], tmp_path / ".coverage")
    assert not list(tmp_path.iterdir())


def test_files_that_nobody_can_read_are_removed(tmp_path: Path) -> None:
    """Those of processes that were killed while they wrote; and no others."""
    whole = CoverageData(str(tmp_path / ".coverage"), suffix="whole")
    whole.add_lines({f"{n}.py": range(1, 2000) for n in range(50)})
    whole.close()
    content = (tmp_path / ".coverage.whole").read_bytes()
    for name, data in {"cut": content[: len(content) // 2], "empty": b"", "text": b"text"}.items():
        (tmp_path / f".coverage.{name}").write_bytes(data)
    (tmp_path / ".coveragerc").write_text("[run]\n")
    drop_damaged(tmp_path / ".coverage")
    assert sorted(path.name for path in tmp_path.iterdir()) == [".coverage.whole", ".coveragerc"]
