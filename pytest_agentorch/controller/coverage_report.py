"""The reports of coverage: what coverage itself writes, on the terminal and into files."""

from __future__ import annotations

import io
import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, assert_never

from pytest_agentorch.model.coverage_settings import CoverageReport, ReportKind
from pytest_agentorch.model.frozen import Frozen

if TYPE_CHECKING:
    from coverage import Coverage

_MARKDOWN = "coverage.md"


class Reported(Frozen):
    """What there is to be said of coverage at the end.

    Attributes:
        total: in percent; 0 if there is nothing to report of.
        text: for the terminal.
        error: why there are no reports, or not all; empty if there are.
        failure: that the total is less than it must be; empty if it is not.
    """

    total: float
    text: str
    error: str = ""
    failure: str = ""


def report(cov: Coverage, reports: Iterable[CoverageReport], fail_under: float | None) -> Reported:
    """Write all reports.

    Args:
        cov: what is reported of.
        reports: which ones.
        fail_under: the least total; None for what the configuration says.
    """
    from coverage.exceptions import CoverageException

    shown = io.StringIO()
    total, error = 0.0, ""
    try:
        with Path(os.devnull).open("w", encoding="utf-8") as nobody:
            total = cov.report(ignore_errors=True, output_format="total", file=nobody)
        for one in reports:
            _write(cov, one, shown)
    except (CoverageException, OSError) as problem:
        error = str(problem)
    least = cov.config.fail_under if fail_under is None else fail_under
    failure = _failure(total, least, cov.config.precision)
    return Reported(total=total, text=shown.getvalue(), error=error, failure=failure)


def _failure(total: float, least: float, precision: int) -> str:
    from coverage.results import display_covered, should_fail_under

    if not should_fail_under(total, least, precision):
        return ""
    shown = display_covered(total, precision)
    return f"total of {shown} is less than fail-under={least:.{precision}f}"


def _write(cov: Coverage, one: CoverageReport, shown: io.StringIO) -> None:
    where = one.where
    match one.kind:
        case ReportKind.TERM | ReportKind.TERM_MISSING:
            missing = one.kind is ReportKind.TERM_MISSING or None
            covered = one.skip_covered or None
            cov.report(show_missing=missing, skip_covered=covered, ignore_errors=True, file=shown)
            return
        case ReportKind.HTML:
            cov.html_report(directory=where, ignore_errors=True)
            where = where or cov.config.html_dir
        case ReportKind.XML:
            cov.xml_report(outfile=where, ignore_errors=True)
            where = where or cov.config.xml_output
        case ReportKind.JSON:
            cov.json_report(outfile=where, ignore_errors=True)
            where = where or cov.config.json_output
        case ReportKind.LCOV:
            cov.lcov_report(outfile=where, ignore_errors=True)
            where = where or cov.config.lcov_output
        case ReportKind.MARKDOWN:
            where = where or _MARKDOWN
            with Path(where).open("w", encoding="utf-8") as file:
                cov.report(ignore_errors=True, output_format="markdown", file=file)
        case ReportKind.NONE:
            return
        case _:
            assert_never(one.kind)
    shown.write(f"Coverage {one.kind.value.upper()} written to {where}\n")
