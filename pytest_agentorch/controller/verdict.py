"""From the reports of one test to its verdict."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from pytest_agentorch.model.frozen import Frozen
from pytest_agentorch.model.outcome import Outcome


class Verdict(Frozen):
    """How a test ended, and what is worth telling about it.

    Attributes:
        failures: failed reports, as `--maxfail` counts them.
        failed_in: which of setup, call and teardown failed.
    """

    outcome: Outcome
    failures: int
    message: str
    trace: str
    stdout: str
    stderr: str
    failed_in: tuple[str, ...]


def verdict_of(reports: Sequence[pytest.TestReport]) -> Verdict:
    """Fold the reports of one test: what failed last in setup, call, teardown decides.

    Reports of subtests count as failures of their own; the test is failed if one of them is.
    """
    failed = [report for report in reports if report.failed and not hasattr(report, "wasxfail")]
    outcome = _outcome(reports, failed)
    telling = failed[0] if failed else _telling(reports)
    return Verdict(
        outcome=outcome,
        failures=len(failed),
        message=_message(telling),
        trace=telling.longreprtext if telling is not None and outcome.is_bad else "",
        stdout=reports[-1].capstdout if reports and outcome.is_bad else "",
        stderr=reports[-1].capstderr if reports and outcome.is_bad else "",
        failed_in=tuple(dict.fromkeys(str(report.when) for report in failed)),
    )


def _outcome(reports: Sequence[pytest.TestReport], failed: Sequence[pytest.TestReport]) -> Outcome:
    if any(report.when == "call" for report in failed):
        return Outcome.FAILED
    if failed:
        return Outcome.ERROR
    outcome = Outcome.PASSED
    for report in reports:
        if type(report) is not pytest.TestReport:
            continue
        if hasattr(report, "wasxfail"):
            outcome = Outcome.XFAILED if report.skipped else Outcome.XPASSED
        elif report.skipped:
            outcome = Outcome.SKIPPED
    return outcome


def _telling(reports: Sequence[pytest.TestReport]) -> pytest.TestReport | None:
    return next((r for r in reports if r.skipped or hasattr(r, "wasxfail")), None)


def _message(report: pytest.TestReport | None) -> str:
    """The reason in one line, as far as there is one."""
    if report is None:
        return ""
    if hasattr(report, "wasxfail"):
        return str(report.wasxfail)
    longrepr = report.longrepr
    if isinstance(longrepr, tuple):
        return str(longrepr[2])
    crash = getattr(longrepr, "reprcrash", None)
    if crash is not None:
        return str(crash.message)
    return str(longrepr or "").strip().partition("\n")[0]
