"""Covering: which lines and branches two runs do not share."""

from __future__ import annotations

from pathlib import Path

from coverage import CoverageData

from benchmarks.covered import Covered, describe, read
from benchmarks.covering import Finding, render, standing

ONE, TWO, THREE = ("a.py", 1, 1), ("a.py", 2, 2), ("a.py", 3, 3)
ARC = ("a.py", 1, 2)


def found(way: str, *lines: tuple[str, int, int], left: tuple[str, ...] = ()) -> Finding:
    """A run that covers these lines, and one arc."""
    covered = Covered(lines=frozenset(lines), arcs=frozenset({ARC}))
    return Finding(way=way, covered=covered, wall_seconds=1.0, counts="1 passed", left=left)


def test_what_serial_runs_do_not_agree_about_counts_for_nothing() -> None:
    """Neither as missing nor as too much."""
    serial = [found("serial", ONE), found("serial", ONE, TWO)]
    assert standing("fork", [*serial, found("fork", ONE)]).is_right
    assert standing("fork", [*serial, found("fork", ONE, TWO)]).is_right
    one = standing("fork", [*serial, found("fork", TWO, THREE)])
    assert one.missing == {ONE}
    assert one.more == {THREE}
    assert not one.is_right


def test_every_run_counts() -> None:
    """What one of them has missed is missing, and what one has left is left."""
    runs = [found("serial", ONE), found("fork", ONE), found("fork")]
    assert standing("fork", runs).missing == {ONE}
    runs = [found("serial", ONE), found("fork", ONE, left=(".coverage.x",)), found("fork", ONE)]
    assert not standing("fork", runs).is_right


def test_branches_are_compared_where_both_have_them() -> None:
    """One that has measured lines alone misses none."""
    lines = Covered(lines=frozenset({ONE}), arcs=frozenset())
    both = Covered(lines=frozenset({ONE}), arcs=frozenset({ARC}))
    assert not lines.missing(both)
    assert not both.missing(lines)


def test_each_place_is_told() -> None:
    """By file and line."""
    runs = [found("serial", ONE), found("fork")]
    lines = render("suite-1.0", [standing(way, runs) for way in ("serial", "fork")])
    assert lines[-1] == "* fork: not covered: a.py:1"
    assert list(describe(frozenset({ARC, ONE}))) == ["a.py:1", "a.py:1->2"]


def test_a_data_file_is_read(tmp_path: Path) -> None:
    """Files are told relative to the root."""
    data = CoverageData(str(tmp_path / ".coverage"))
    data.add_arcs({str(tmp_path / "a.py"): [(1, 2), (2, -1)]})
    data.close()
    covered = read(tmp_path / ".coverage", root=tmp_path)
    assert covered.lines == {ONE, TWO}
    assert covered.arcs == {ARC, ("a.py", 2, -1)}
    assert read(tmp_path / "none", root=tmp_path) == Covered(lines=frozenset(), arcs=frozenset())
