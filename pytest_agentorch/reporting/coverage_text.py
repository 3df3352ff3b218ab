"""What the terminal shows of coverage by phase, as plain lines. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterator

from pytest_agentorch.model.coverage_event import CoverageCount, CoverageShare, RunCoverage

_HEADER = ("covered by", "lines", "only", "branches", "only", "functions", "only")
_WIDTHS = (11, 12, 6, 12, 6, 9, 6)
_WITHOUT_BRANCHES = (0, 1, 2, 5, 6)


def coverage_table(coverage: RunCoverage | None) -> Iterator[str]:
    """Say what each phase has covered, and what only it has. Of less than two phases nothing."""
    if coverage is None or len(coverage.phases) < 2:
        return
    rows = [_HEADER, *(_row(share.name, share, coverage) for share in coverage.phases)]
    if coverage.imports is not None:
        rows.append(_row("(imports)", coverage.imports, coverage))
    branches = coverage.branches or CoverageCount(covered=0, total=0)
    lines = coverage.lines
    all_of = (_of(lines.covered, lines), "", _of(branches.covered, branches), "")
    rows.append(("all", *all_of, str(coverage.functions.covered), ""))
    columns = range(len(_HEADER)) if coverage.branches is not None else _WITHOUT_BRANCHES
    name_width = max(_WIDTHS[0], *(len(row[0]) for row in rows))
    for row in rows:
        cells = [f"{row[column]:>{_WIDTHS[column]}}" for column in columns[1:]]
        yield "  ".join([f"{row[0]:<{name_width}}", *cells]).rstrip()


def _row(name: str, share: CoverageShare, coverage: RunCoverage) -> tuple[str, ...]:
    branches = coverage.branches or coverage.lines
    return (
        name,
        _of(share.lines, coverage.lines),
        str(share.only_lines),
        _of(share.branches, branches),
        str(share.only_branches),
        str(share.functions),
        str(share.only_functions),
    )


def _of(covered: int, all_of_them: CoverageCount) -> str:
    """Write a number and its percentage, rounded down: 100 % means all of them."""
    percent = CoverageCount(covered=covered, total=all_of_them.total).percent
    return f"{covered} {math.floor(percent):>3} %"
