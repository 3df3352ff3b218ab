"""The reports of coverage: what coverage itself writes, on the terminal and into files."""

from __future__ import annotations

import contextlib
import io
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, assert_never

from pytest_agentorch.model.coverage_settings import CoverageReport, ReportKind
from pytest_agentorch.model.frozen import Frozen

if TYPE_CHECKING:
    from coverage import Coverage


class Reported(Frozen):
    """What there is to be said of coverage at the end.

    Attributes:
        text: for the terminal.
        errors: why there are no reports, or not all.
        failure: that the total is less than it must be; empty if it is not.
    """

    text: str
    errors: tuple[str, ...] = ()
    failure: str = ""


def least_total(cov: Coverage, fail_under: float | None) -> float:
    """Return the least total; 0 if there is none.

    Args:
        cov: what is reported of.
        fail_under: what the command line says; None for what the configuration says.

    Raises:
        coverage.exceptions.CoverageException: it is no percentage.
    """
    least: float = cov.config.fail_under if fail_under is None else fail_under
    _failure(100.0, least, cov.config.precision)
    return least


def report(cov: Coverage, reports: Iterable[CoverageReport], least: float) -> Reported:
    """Write all reports.

    Args:
        cov: what is reported of.
        reports: which ones.
        least: the least total.
    """
    shown, errors, total = io.StringIO(), list[str](), 0.0
    with Path(os.devnull).open("w", encoding="utf-8") as nobody, _noting(errors):
        total = cov.report(ignore_errors=True, output_format="total", file=nobody)
    for one in () if errors else reports:
        with _noting(errors):
            _write(cov, one, shown)
    failure = _failure(total, least, cov.config.precision)
    return Reported(text=shown.getvalue(), errors=tuple(errors), failure=failure)


@contextlib.contextmanager
def _noting(errors: list[str]) -> Iterator[None]:
    """A report that cannot be written is no matter to the others."""
    from coverage.exceptions import CoverageException

    try:
        yield
    except (CoverageException, OSError) as problem:
        errors.append(f"no report of coverage: {problem}")


def _failure(total: float, least: float, precision: int) -> str:
    from coverage.results import display_covered, should_fail_under

    if not should_fail_under(total, least, precision):
        return ""
    shown = display_covered(total, precision)
    return f"total of {shown} is less than fail-under={least:.{precision}f}"


def _write(cov: Coverage, one: CoverageReport, shown: io.StringIO) -> None:
    where = one.where or _usual_place(cov, one.kind)
    match one.kind:
        case ReportKind.TERM | ReportKind.TERM_MISSING:
            missing = one.kind is ReportKind.TERM_MISSING or None
            covered = one.skip_covered or None
            cov.report(show_missing=missing, skip_covered=covered, ignore_errors=True, file=shown)
            return
        case ReportKind.HTML:
            cov.html_report(directory=where, ignore_errors=True)
        case ReportKind.XML:
            cov.xml_report(outfile=where, ignore_errors=True)
        case ReportKind.JSON:
            cov.json_report(outfile=where, ignore_errors=True)
        case ReportKind.LCOV:
            cov.lcov_report(outfile=where, ignore_errors=True)
        case ReportKind.MARKDOWN:
            Path(where).parent.mkdir(parents=True, exist_ok=True)
            with Path(where).open("w", encoding="utf-8") as file:
                cov.report(ignore_errors=True, output_format="markdown", file=file)
        case ReportKind.NONE:
            return
        case _:
            assert_never(one.kind)
    shown.write(f"Coverage {one.kind.value.upper()} written to {where}\n")


def _usual_place(cov: Coverage, kind: ReportKind) -> str:
    """Where a report goes if nobody has said that; empty if it goes into no file."""
    config = cov.config
    places = {
        ReportKind.HTML: config.html_dir,
        ReportKind.XML: config.xml_output,
        ReportKind.JSON: config.json_output,
        ReportKind.LCOV: config.lcov_output,
        ReportKind.MARKDOWN: "coverage.md",
    }
    return places.get(kind, "")
