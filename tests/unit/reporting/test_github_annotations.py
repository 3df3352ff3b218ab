"""Annotations: what GitHub reads in a log, and no more than it shows."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_agentorch.model.outcome import Outcome
from pytest_agentorch.reporting.broken_file import BrokenFile
from pytest_agentorch.reporting.github_annotations import annotation_lines
from tests.unit.event_builders import (
    a_plan,
    a_run,
    connected,
    over,
    plan_of,
    planned,
    ran,
    retried,
    summary_of,
)

FAILED: dict[str, Any] = {"outcome": Outcome.FAILED, "message": "assert 3 == 4"}


def test_a_failure_is_shown_where_it_happened() -> None:
    """In the line of the test's own file that came last, below the folder of the project."""
    trace = "tests/test_a.py:5: \n_ _ _\nlib.py:99: in f\ntests/test_a.py:7: AssertionError"
    summary = summary_of(a_run(), plan_of(2), connected("gw0"), ran(0, trace=trace, **FAILED))
    assert list(annotation_lines(summary, folder="shop/")) == [
        "::error file=shop/tests/test_a.py,line=7,title=tests/test_a.py%3A%3Atest_0::assert 3 == 4"
    ]


def test_where_no_trace_tells_it_is_shown_at_the_test() -> None:
    """Its first line, from 1; whatever is in its name and message."""
    plan = a_plan(planned(0, "a.py::test[x,y%\n]", line=20))
    failed = ran(0, outcome=Outcome.ERROR, message="100 %:\r\nbad, very")
    assert list(annotation_lines(summary_of(a_run(), plan, connected("gw0"), failed))) == [
        "::error file=a.py,line=21,title=a.py%3A%3Atest[x%2Cy%25%0A]::100 %25:%0D%0Abad, very"
    ]


def test_no_more_are_printed_than_are_shown() -> None:
    """The last one says how many there are besides."""

    def lines(count: int) -> list[str]:
        failures = [ran(number, at=number, **FAILED) for number in range(count)]
        events = [event for one in failures for event in one]
        return list(
            annotation_lines(summary_of(a_run(), plan_of(count), connected("gw0"), *events))
        )

    assert len(lines(10)) == 10
    assert "test_9" in lines(10)[-1]
    assert len(lines(33)) == 10
    assert lines(33)[-1] == "::error::and 24 more: see the log and the summary"


def test_long_messages_are_cut() -> None:
    """Nobody reads them there."""
    failed = ran(0, outcome=Outcome.FAILED, message="x" * 9_999)
    (line,) = annotation_lines(summary_of(a_run(), plan_of(1), connected("gw0"), *failed))
    assert len(line) < 4_200


def test_what_is_good_is_not_annotated_and_what_is_flaky_is_a_warning() -> None:
    """Red is for failures only."""
    events = (retried(0, at=1.0), *ran(0, at=2.0), *ran(1, at=3.0))
    summary = summary_of(a_run(), plan_of(2), connected("gw0"), *events, over())
    (line,) = annotation_lines(summary)
    assert line.startswith("::warning file=tests/test_a.py,line=1,")
    assert "::passed at attempt 2: " in line


def test_a_file_that_cannot_be_collected_comes_first() -> None:
    """With what pytest says of it."""
    broken = BrokenFile(path="tests/test_b.py", trace="x.py:1: in f\nE   NameError: x\n\n")
    summary = summary_of(a_run(), plan_of(1), connected("gw0"), ran(0, **FAILED))
    first, second = annotation_lines(summary, [broken])
    assert first == "::error file=tests/test_b.py,title=tests/test_b.py::NameError: x"
    assert "test_0" in second


@pytest.mark.parametrize(
    ("trace", "message"),
    [("E   a\nE   b\nc", "b"), ("a\nb\n\n", "b"), ("", "it could not be collected")],
)
def test_a_broken_file_has_a_message(trace: str, message: str) -> None:
    """The last thing that pytest marks as an error, if there is one."""
    assert BrokenFile(path="a.py", trace=trace).message == message
