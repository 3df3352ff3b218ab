"""Failures as annotations: lines of a log that GitHub shows beside the lines of code. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pytest_agentorch.results.result import TestResult
from pytest_agentorch.results.run_summary import RunSummary

_SHOWN = 10
"""So many of a kind GitHub shows of one step; it drops the others without a word."""
_LONGEST_MESSAGE = 4_000
_LONGEST_TITLE = 255


def annotation_lines(summary: RunSummary, folder: str = "") -> Iterator[str]:
    """Make the lines: an error for each failed test, a warning for each flaky one.

    Args:
        summary: the run.
        folder: where pytest's rootdir is in the repository, with a slash at its end; empty for the
            repository itself.
    """
    failed = [test for test in summary.tests if test.outcome is not None and test.outcome.is_bad]
    flaky = [test for test in summary.tests if test.is_flaky and test not in failed]
    yield from _of_kind("error", failed, folder, "failed")
    yield from _of_kind("warning", flaky, folder, "were flaky")


def _of_kind(kind: str, tests: list[TestResult], folder: str, what: str) -> Iterator[str]:
    shown = tests if len(tests) <= _SHOWN else tests[: _SHOWN - 1]
    for test in shown:
        place = f"file={_property(folder + test.planned.path)}"
        line = _line(test)
        if line is not None:
            place += f",line={line}"
        title = _property(_cut(test.node_id, _LONGEST_TITLE))
        yield f"::{kind} {place},title={title}::{_data(_cut(_message(test), _LONGEST_MESSAGE))}"
    if len(shown) < len(tests):
        yield f"::{kind}::{len(tests) - len(shown)} more tests {what}: see the log and the summary"


def _message(test: TestResult) -> str:
    if test.is_flaky and test.earlier:
        return f"passed at attempt {test.attempts}: {test.earlier[-1].message}"
    return test.message or "failed"


def _line(test: TestResult) -> int | None:
    """The line of its own file in which a test failed, as far as its trace tells; from 1."""
    path = re.escape(test.planned.path)
    found = re.findall(rf"^{path}:(\d+): ", test.trace, re.MULTILINE)
    if found:
        return int(found[-1])
    return None if test.planned.line is None else test.planned.line + 1


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 4]} ..."


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
