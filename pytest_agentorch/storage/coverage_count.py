"""The counts of a run's coverage, from the numbers that coverage itself reports."""

from __future__ import annotations

import functools
import warnings
from collections.abc import Collection, Iterable, Iterator, Mapping
from json import JSONDecoder
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pytest_agentorch.model.coverage_event import CoverageCount, CoverageGap, RunCoverage
from pytest_agentorch.model.measured import Measured
from pytest_agentorch.results.coverage_share import SourceFile, by_phase, by_slot, shares

if TYPE_CHECKING:
    from coverage import Coverage

_from_json = JSONDecoder().decode
_MOST_GAPS = 5


def parse_once(cov: Coverage) -> None:
    """Let all reports of this `Coverage` share what they know of each file.

    To parse a file takes longer than all else. It is coverage's own method, and private: without
    it each report parses anew.
    """
    make: Any = getattr(cov, "_get_file_reporter", None)
    if make is not None:
        cov._get_file_reporter = functools.cache(make)  # type: ignore[method-assign] # noqa: SLF001


def count(
    cov: Coverage, measured: Collection[Measured], fail_under: float, folder: Path
) -> RunCoverage | None:
    """Count what was covered, by anybody, by each phase and by each slot.

    None if there is nothing to report of.

    Args:
        cov: what is reported of.
        measured: what agents have told of it.
        fail_under: the least total; 0 if there is none.
        folder: a place for a file.
    """
    report = _report(cov, folder / "count.json")
    if report is None:
        return None
    totals, told = report["totals"], report["files"]
    files = _source_files(cov, told, {one.file for one in measured}, folder)
    missing = ((name, len(one["missing_lines"])) for name, one in told.items())
    gaps = sorted((gap for gap in missing if gap[1]), key=lambda gap: -gap[1])
    branches = None
    if "num_branches" in totals:
        branches = _of(totals["covered_branches"], totals["num_branches"])
    phases = shares(measured, files, by_phase)
    agents = sorted(shares(measured, files, by_slot), key=lambda share: _natural(share.name))
    return RunCoverage(
        percent=float(totals["percent_covered"]),
        lines=_of(totals["covered_lines"], totals["num_statements"]),
        branches=branches,
        functions=_functions(told.values()),
        fail_under=fail_under,
        phases=tuple(share for share in phases if share.name),
        agents=tuple(share for share in agents if share.name),
        imports=next((share for share in phases if not share.name), None),
        gaps=tuple(CoverageGap(file=name, lines=lines) for name, lines in gaps[:_MOST_GAPS]),
    )


def _report(cov: Coverage, path: Path) -> dict[str, Any] | None:
    from coverage.exceptions import CoverageException

    try:
        with warnings.catch_warnings():
            # They are told of the reports that somebody wants.
            warnings.simplefilter("ignore")
            cov.json_report(
                outfile=str(path), ignore_errors=True, pretty_print=False, show_contexts=False
            )
        report: dict[str, Any] = _from_json(path.read_text("utf-8"))
    except (CoverageException, OSError):
        return None
    return report


def _source_files(
    cov: Coverage, told: Mapping[str, Any], names: Collection[str], folder: Path
) -> dict[str, SourceFile]:
    """Return what is reported of files, by the names that agents have for them."""
    reporter_of: Any = getattr(cov, "_get_file_reporter", None)
    if reporter_of is None:
        return {}
    files = {}
    for name, known in _renamed(cov, names, folder).items():
        reporter = reporter_of(known)
        one = told.get(reporter.relative_filename())
        if one is not None:
            # Before this it cannot translate arcs.
            reporter.arcs()
            files[name] = SourceFile(
                name=known,
                translator=reporter,
                lines=frozenset(one["executed_lines"]),
                branches=frozenset(map(tuple, one.get("executed_branches", ()))),
                functions=tuple(frozenset(lines) for lines, _ in _function_lines(one)),
            )
    return files


def _renamed(cov: Coverage, names: Collection[str], folder: Path) -> dict[str, str]:
    """Return what files are called in the end: `[paths]` and `relative_files` may change it."""
    if not cov.get_option("paths") and not cov.get_option("run:relative_files"):
        return {name: name for name in names}
    from coverage import Coverage, CoverageData

    data = CoverageData(basename=str(folder / "names"))
    for name in names:
        data.set_context(name)
        data.add_lines({name: [1]})
    data.close()
    other = Coverage(data_file=None)
    other.combine([data.data_filename()])
    combined = other.get_data()
    renamed = {
        name: known
        for known in combined.measured_files()
        for name in combined.contexts_by_lineno(known)[1]
    }
    # What is not on a disk is not closed otherwise.
    combined.close(force=True)
    return renamed


def _functions(files: Iterable[Mapping[str, Any]]) -> CoverageCount:
    found = [executed for one in files for _, executed in _function_lines(one)]
    return _of(sum(map(bool, found)), len(found))


def _function_lines(file: Mapping[str, Any]) -> Iterator[tuple[list[int], list[int]]]:
    """Yield the lines of each function, and which are covered. What has no line is left out."""
    for name, function in file.get("functions", {}).items():
        executed = function["executed_lines"]
        lines = executed + function["missing_lines"]
        # Without a name it is what is in no function.
        if name and lines:
            yield lines, executed


def _of(covered: int, total: int) -> CoverageCount:
    return CoverageCount(covered=covered, total=total)


def _natural(name: str) -> tuple[int, str]:
    """`gw10` comes after `gw9`."""
    return len(name), name
