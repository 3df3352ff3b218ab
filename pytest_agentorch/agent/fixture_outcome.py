"""What has come of setting up a run-scoped fixture, for those who wait for it."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_agentorch.agent.fixture_value import NoPlainDataError, advice, encode
from pytest_agentorch.model.run_fixture import Answer, AnswerKind, RunFixture

_KINDS = (
    (pytest.skip.Exception, AnswerKind.SKIPPED),
    (pytest.xfail.Exception, AnswerKind.XFAILED),
    (pytest.exit.Exception, AnswerKind.EXIT),
)


def answer_of(call: Any, item: Any, fixture: RunFixture) -> Answer:
    """Return what everybody gets.

    Args:
        call: of what has set it up; its result is the value.
        item: the test that it was set up for; None if it is missing.
        fixture: which one.
    """
    out, err = _printed(item), _printed(item, "stderr")
    if call.excinfo is None:
        try:
            return Answer(kind=AnswerKind.VALUE, value=encode(call.result), out=out, err=err)
        except NoPlainDataError:
            text = advice(fixture.name, call.result)
            return Answer(kind=AnswerKind.FAILED, text=text, out=out, err=err)
    error = call.excinfo.value
    kind = next((kind for cls, kind in _KINDS if isinstance(error, cls)), AnswerKind.FAILED)
    report = None if item is None else pytest.TestReport.from_item_and_call(item, call)
    text = str(getattr(error, "msg", error))
    if kind is AnswerKind.FAILED:
        text = call.excinfo.exconly() if report is None else report.longreprtext
    return Answer(
        kind=kind,
        text=text,
        report=None if report is None else report._to_json(),  # noqa: SLF001
        out=out,
        err=err,
        returncode=getattr(error, "returncode", None),
    )


def _printed(item: Any, key: str = "stdout") -> str:
    sections = () if item is None else item._report_sections  # noqa: SLF001
    return "".join(content for _when, name, content in sections if name == key)
