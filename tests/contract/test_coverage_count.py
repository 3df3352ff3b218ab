"""What is relied on of coverage that it does not promise."""

from __future__ import annotations

from pathlib import Path

import pytest
from coverage import Coverage

from pytest_agentorch.model.measured import Measured
from pytest_agentorch.storage.coverage_count import count, parse_once

CODE = """
def call(n):
    with open(__file__) as file:
        if (n and
                n > 1):
            return [
                one
                for one in range(n)
            ]
    return file
call(0)
call(
    2
)
"""


@pytest.mark.parametrize("branch", [True, False])
@pytest.mark.parametrize("once", [True, False])
def test_what_a_part_covers_is_counted_as_coverage_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, branch: bool, once: bool
) -> None:
    """A part that has covered all has the totals, whether files are parsed once or many times."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "code_under_test.py"
    path.write_text(CODE, encoding="utf-8")
    cov = Coverage(data_file=None, branch=branch, include=[str(path)], config_file=False)
    with cov.collect():
        exec(compile(CODE, str(path), "exec"), {"__file__": str(path)})  # noqa: S102 - ours
    data = cov.get_data()
    (file,) = data.measured_files()
    seen = {"arcs": tuple(data.arcs(file) or ())} if branch else {}
    lines = () if branch else tuple(data.lines(file) or ())
    whole = Measured(agent="gw0", phase="unit", context="", file=file, lines=lines, **seen)
    if once:
        parse_once(cov)
    found = count(cov, [whole], 0.0, tmp_path)
    assert found is not None
    (share,) = found.phases
    assert (share.lines, share.functions) == (found.lines.covered, found.functions.covered)
    assert found.lines.covered > 4
    assert found.branches is None or share.branches == found.branches.covered == 2
    assert (found.branches is None) == (not branch)
    data.close(force=True)


def test_files_are_parsed_once(tmp_path: Path) -> None:
    """What makes that possible is there."""
    cov = Coverage(data_file=None, config_file=False)
    path = tmp_path / "code_under_test.py"
    path.write_text(CODE, encoding="utf-8")
    cov.get_data().add_lines({str(path): [1]})
    parse_once(cov)
    reporter_of = cov._get_file_reporter
    assert reporter_of(str(path)) is reporter_of(str(path))
    cov.get_data().close(force=True)
