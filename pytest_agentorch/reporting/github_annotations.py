"""Failures as annotations: lines of a log that GitHub shows beside the lines of code. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pytest_agentorch.reporting.broken_file import BrokenFile
from pytest_agentorch.results.result import TestResult
from pytest_agentorch.results.run_summary import RunSummary

_SHOWN = 10
"""So many of a kind GitHub shows of one step; it drops the others without a word."""
_LONGEST_MESSAGE = 4_000
_LONGEST_TITLE = 255


class _Annotation(NamedTuple):
    path: str
    line: int | None
    title: str
    message: str


def annotation_lines(
    summary: RunSummary, broken: Sequence[BrokenFile] = (), *, folder: str = ""
) -> Iterator[str]:
    """Make the lines: an error for what has failed, a warning for each flaky test.

    Args:
        summary: the run.
        broken: files that could not be collected.
        folder: where pytest's rootdir is in the repository, with a slash at its end; empty for the
            repository itself.
    """
    failed = [test for test in summary.tests if test.outcome is not None and test.outcome.is_bad]
    flaky = [test for test in summary.tests if test.is_flaky and test not in failed]
    errors = [_Annotation(one.path, None, one.path, one.message) for one in broken]
    yield from _of_kind("error", [*errors, *map(_of_test, failed)], folder)
    yield from _of_kind("warning", [*map(_of_test, flaky)], folder)


def _of_kind(kind: str, found: list[_Annotation], folder: str) -> Iterator[str]:
    shown = found if len(found) <= _SHOWN else found[: _SHOWN - 1]
    for one in shown:
        place = f"file={_property(folder + one.path)}"
        if one.line is not None:
            place += f",line={one.line}"
        title = _property(_cut(one.title, _LONGEST_TITLE))
        yield f"::{kind} {place},title={title}::{_data(_cut(one.message, _LONGEST_MESSAGE))}"
    if len(shown) < len(found):
        yield f"::{kind}::and {len(found) - len(shown)} more: see the log and the summary"


def _of_test(test: TestResult) -> _Annotation:
    return _Annotation(test.planned.path, _line(test), test.node_id, _message(test))


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
