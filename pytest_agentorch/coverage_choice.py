"""From the command line to what is measured of coverage: read before any conftest is imported."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pytest_agentorch.model.coverage_settings import CoverageReport, CoverageSettings, ReportKind
from pytest_agentorch.model.errors import SettingsError

_KINDS = {kind.value: kind for kind in ReportKind}
_SKIP_COVERED = "skip-covered"
_THEIRS = ("report", "fail_under", "branch", "append", "context", "precision")
"""What pytest-cov is told beside `--cov`: it would not be heeded."""


def read_coverage(options: Any) -> CoverageSettings | None:
    """Return what is to be measured; None if nothing is.

    Raises:
        SettingsError: it cannot be; the message says what to do.
    """
    asked = getattr(options, "agents_cov", None)
    if not asked:
        return None
    _refuse_pytest_cov(options)
    for source in asked:
        if source is not True and (not source or Path(source).is_file()):
            raise SettingsError(
                f"--agents-cov={source}: give a folder or a package, or nothing at all. Put files "
                "of tests before --agents-cov: it takes what follows. [bad-coverage-source]"
            )
    reports = tuple(map(_report, options.agents_cov_report or ["term"]))
    return CoverageSettings(
        sources=None if True in asked else tuple(asked),
        reports=tuple(report for report in reports if report.kind is not ReportKind.NONE),
        fail_under=_percent(options.agents_cov_fail_under),
    )


def refuse_xdist(options: Any) -> None:
    """Object to workers of xdist: nobody measures there.

    Raises:
        SettingsError: there will be some.
    """
    if getattr(options, "numprocesses", None) or getattr(options, "tx", None):
        raise SettingsError(
            "--agents-cov does not measure in the workers of -n. Use --agents instead of -n, or "
            "--cov instead of --agents-cov. [coverage-and-xdist]"
        )


def _refuse_pytest_cov(options: Any) -> None:
    if getattr(options, "no_cov", False):
        return
    if getattr(options, "cov_source", None):
        raise SettingsError(
            "--agents-cov and --cov both ask to measure coverage. Drop one of them: --cov is that "
            "of pytest-cov, which measures on agents, too. [two-coverages]"
        )
    for name in _THEIRS:
        if getattr(options, f"cov_{name}", None):
            raise SettingsError(
                f"--cov-{name.replace('_', '-')} is for --cov, but --agents-cov was given. Give "
                "--agents-cov-report or --agents-cov-fail-under, say all else in the configuration "
                "of coverage, or add --no-cov to ignore it. [two-coverages]"
            )


def _report(text: str) -> CoverageReport:
    name, colon, where = text.partition(":")
    kind = _KINDS.get(name)
    if kind is None:
        raise SettingsError(
            f"--agents-cov-report={text}: there is no such report. Give one of "
            f"{', '.join(_KINDS)}. [bad-coverage-report]"
        )
    if not colon:
        return CoverageReport(kind=kind)
    if kind.is_shown and where == _SKIP_COVERED:
        return CoverageReport(kind=kind, skip_covered=True)
    if not where or kind.is_shown or kind is ReportKind.NONE:
        may = f"only :{_SKIP_COVERED}" if kind.is_shown else "a file or a folder"
        may = "nothing" if kind is ReportKind.NONE else may
        raise SettingsError(
            f"--agents-cov-report={text}: behind {name} there may be {may}. [bad-coverage-report]"
        )
    return CoverageReport(kind=kind, where=where)


def _percent(text: str | None) -> float | None:
    if text is None:
        return None
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 <= number <= 100:
        raise SettingsError(
            f"--agents-cov-fail-under={text}: give a number from 0 to 100. [bad-fail-under]"
        )
    return number
