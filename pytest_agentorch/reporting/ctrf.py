"""The run as a CTRF document (Common Test Report Format, https://ctrf.io), specVersion 0.0.0.

Pure. CTRF forbids fields of one's own outside `extra`; ours are in `extra["pytest-agentorch"]` and
made in `ctrf_extension`. The whole document is described by `ctrf.schema.json` beside this file.

How verdicts become the five statuses of CTRF (`rawStatus` keeps pytest's own word):

* passed, and xpassed (a strict xpass is a failure already): `passed`
* failed, error: `failed`
* skipped, and xfailed (it did not pass, and nobody has to act): `skipped`
* passed before, and not run for that reason: `passed`, rawStatus `reused`
* no verdict, since the run was stopped first: `pending`, rawStatus `not run`
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from pytest_agentorch.model.attempt import Attempt
from pytest_agentorch.model.frozen import Frozen
from pytest_agentorch.model.ids import TestId
from pytest_agentorch.model.outcome import Outcome
from pytest_agentorch.reporting.crash_page import crash_page
from pytest_agentorch.reporting.ctrf_extension import extension
from pytest_agentorch.results.analysis import Analysis, analyse
from pytest_agentorch.results.recommendation import Recommendation
from pytest_agentorch.results.result import TestResult
from pytest_agentorch.results.run_summary import RunSummary
from pytest_agentorch.results.tally import Tally

SPEC_VERSION = "0.0.0"
EXTENSION = "pytest-agentorch"

_PASSED = Outcome.PASSED
_STATUS = {
    Outcome.PASSED: "passed",
    Outcome.XPASSED: "passed",
    Outcome.FAILED: "failed",
    Outcome.ERROR: "failed",
    Outcome.SKIPPED: "skipped",
    Outcome.XFAILED: "skipped",
    None: "pending",
}


class Environment(Frozen):
    """Where the tests ran. What is empty is left out of the report.

    Attributes:
        pytest_version, agentorch_version, python_version: `9.2.0` and the like.
        os_platform: `linux`, `darwin`, `win32`.
        os_release, os_version: as `platform.release()` and `platform.version()` tell them.
        app_name, commit, branch_name, repository_name: of the project under test.
        build_id, build_name, build_url: of the CI job.
    """

    pytest_version: str
    agentorch_version: str
    python_version: str
    os_platform: str
    os_release: str = ""
    os_version: str = ""
    app_name: str = ""
    commit: str = ""
    branch_name: str = ""
    repository_name: str = ""
    build_id: str = ""
    build_name: str = ""
    build_url: str = ""


def ctrf_document(
    summary: RunSummary,
    environment: Environment,
    *,
    analysis: Analysis | None = None,
    recommendations: Sequence[Recommendation] = (),
    exit_code: int | None = None,
) -> dict[str, Any]:
    """Make the document.

    Args:
        summary: the run, also one that is not over.
        environment: where it ran.
        analysis: what is to be said of it; made here if nobody has.
        recommendations: the advice drawn from it.
        exit_code: of the controller; None while it is not known.
    """
    names = {test.planned.test: test.node_id for test in summary.tests}
    found = analysis or analyse(summary)
    return {
        "reportFormat": "CTRF",
        "specVersion": SPEC_VERSION,
        "timestamp": _date_time(summary.ended),
        "generatedBy": f"pytest-agentorch {environment.agentorch_version}",
        "results": {
            "tool": {"name": "pytest", "version": environment.pytest_version},
            "summary": _summary(summary),
            "tests": [_test(result, names) for result in summary.tests],
            "environment": _environment(environment),
        },
        "extra": {EXTENSION: extension(summary, found, recommendations, exit_code)},
    }


def _summary(summary: RunSummary) -> dict[str, Any]:
    tally: Tally = summary.tally
    return {
        "tests": tally.total,
        "passed": tally.passed + tally.xpassed,
        "failed": tally.bad,
        "skipped": tally.skipped + tally.xfailed,
        "pending": tally.not_run,
        "other": 0,
        "flaky": sum(result.is_flaky for result in summary.tests),
        "suites": len({result.planned.path for result in summary.tests}),
        "start": _milliseconds(summary.started),
        "stop": _milliseconds(summary.ended),
        "duration": _milliseconds(summary.wall_seconds),
    }


def _test(result: TestResult, names: Mapping[TestId, str]) -> dict[str, Any]:
    planned = result.planned
    test: dict[str, Any] = {
        # The whole node id: it is unique, and what one gives to pytest.
        "name": planned.node_id,
        "status": _STATUS[result.outcome],
        "rawStatus": _raw_status(result),
        "duration": _milliseconds(result.seconds),
        "suite": suite_of(planned.node_id),
        "type": result.phase,
        "filePath": planned.path,
    }
    if planned.line is not None:
        test["line"] = planned.line + 1
    if planned.keywords:
        test["tags"] = list(planned.keywords)
    if result.started is not None:
        test["start"] = _milliseconds(result.started)
    if result.started is not None and result.outcome is not None:
        test["stop"] = _milliseconds(result.started + result.seconds)
    if result.slot is not None:
        test["threadId"] = result.slot
    _add_explanation(test, result, names)
    if result.earlier:
        test["retries"] = len(result.earlier)
        test["retryAttempts"] = [
            _attempt(number, vain) for number, vain in enumerate(result.earlier, start=1)
        ]
        test["flaky"] = result.is_flaky
    return test


def _raw_status(result: TestResult) -> str:
    if result.outcome is None:
        return "not run"
    return "reused" if result.reused else result.outcome.value


def _add_explanation(test: dict[str, Any], result: TestResult, names: Mapping[TestId, str]) -> None:
    if result.outcome is _PASSED:
        return
    trace = result.trace
    if result.given_up is not None:
        before = [names.get(position, "") for position in result.given_up.before]
        trace = crash_page(result.given_up, node_id=result.node_id, before=before)
    if result.message:
        test["message"] = result.message
    if trace:
        test["trace"] = trace
    if result.stdout:
        test["stdout"] = result.stdout.splitlines()
    if result.stderr:
        test["stderr"] = result.stderr.splitlines()


def _attempt(number: int, vain: Attempt) -> dict[str, Any]:
    attempt: dict[str, Any] = {
        "attempt": number,
        "status": "failed",
        "duration": _milliseconds(vain.seconds),
        "start": _milliseconds(vain.started),
        "stop": _milliseconds(vain.ended),
        "message": vain.message,
    }
    if vain.trace:
        attempt["trace"] = vain.trace
    for name, text in (("stdout", vain.stdout), ("stderr", vain.stderr)):
        if text:
            attempt[name] = text.splitlines()
    return attempt


def _environment(environment: Environment) -> dict[str, Any]:
    optional = {
        "osPlatform": environment.os_platform,
        "osRelease": environment.os_release,
        "osVersion": environment.os_version,
        "appName": environment.app_name,
        "commit": environment.commit,
        "branchName": environment.branch_name,
        "repositoryName": environment.repository_name,
        "buildId": environment.build_id,
        "buildName": environment.build_name,
        "buildUrl": environment.build_url,
    }
    return {
        **{key: value for key, value in optional.items() if value},
        "extra": {EXTENSION: {"python": environment.python_version}},
    }


def suite_of(node_id: str) -> list[str]:
    """The file and the classes that a test belongs to. Brackets may hold anything, `::` too."""
    file, _, domain = node_id.partition("::")
    *classes, _name = domain.partition("[")[0].split("::")
    return [file, *classes]


def _milliseconds(seconds: float) -> int:
    return round(seconds * 1000)


def _date_time(at: float) -> str:
    text = datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds")
    return text.removesuffix("+00:00") + "Z"
