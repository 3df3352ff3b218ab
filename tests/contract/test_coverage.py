"""What is private in coverage and relied on: if it changes looks become slow, and this fails."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from coverage import Coverage

from pytest_agentorch.agent.increments import Increments
from pytest_agentorch.storage.coverage_journal import JournalWriter, journal_in, read_journals

CODE = "def covered(n):\n    if n:\n        return 1\n    return 0\n"


@pytest.mark.parametrize("branch", [False, True], ids=["lines", "branches"])
@pytest.mark.parametrize("core", ["ctrace", "pytrace", "sysmon"])
def test_what_a_tracer_has_seen_is_read_where_it_lies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, core: str, branch: bool
) -> None:
    """With all tracers that can be used here; and nothing of it is lost."""
    if core == "sysmon" and sys.version_info < ((3, 14) if branch else (3, 12)):
        pytest.skip("this Python has no such tracer")
    monkeypatch.setenv("COVERAGE_CORE", core)
    path = tmp_path / "code_under_test.py"
    path.write_text(CODE)
    names: dict[str, object] = {}
    exec(compile(CODE, str(path), "exec"), names)  # noqa: S102
    covered = names["covered"]
    assert callable(covered)
    cov = Coverage(data_file=None, config_file=False, include=str(path), branch=branch)
    cov.start()
    try:
        increments = Increments(cov, JournalWriter(journal_in(str(tmp_path), "gw0")), keeps=True)
        for number in (0, 1):
            covered(number)
            increments.look()
    finally:
        cov.stop()
    assert increments.is_quick
    (journal,) = read_journals(tmp_path)
    assert len(journal.measured) == 2
    data = cov.get_data()
    told = {value for one in journal.measured for value in (one.arcs if branch else one.lines)}
    assert told == set((data.arcs(str(path)) if branch else data.lines(str(path))) or ())
