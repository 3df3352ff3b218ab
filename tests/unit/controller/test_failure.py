"""A failure whose text is ready is to everybody what pytest would have made of it."""

from __future__ import annotations

import copy
import io
import json
import pickle
from typing import Any

import pytest
from _pytest._code.code import ExceptionChainRepr, ExceptionRepr, ReprExceptionInfo
from _pytest._io import TerminalWriter

from pytest_agentorch.agent.failure import FailureWriter
from pytest_agentorch.controller.failure import failure, is_packed, structure_of
from pytest_agentorch.model.screen import Screen

SCREEN = Screen(width=70, marked=True, highlight=True)


def raised() -> Any:
    """What pytest makes of a chain of two errors."""
    try:
        try:
            raise ValueError("inner ä")  # noqa: TRY301 - it is raised here
        except ValueError:
            raise KeyError("outer")  # noqa: B904 - its context is wanted
    except KeyError as error:
        return pytest.ExceptionInfo.from_exception(error).getrepr()


def report_of(longrepr: Any) -> pytest.TestReport:
    """A failed report."""
    return pytest.TestReport("a.py::b", ("a.py", 1, "b"), {}, "failed", longrepr, "call")


def crossed(longrepr: Any) -> Any:
    """What arrives of a failure."""
    report = report_of(longrepr)
    packed = FailureWriter(SCREEN).pack(report, report._to_json()["longrepr"])
    assert is_packed(packed)
    return failure(json.loads(json.dumps(packed)))


def shown(longrepr: Any, *, width: int = 70, marked: bool = False, highlight: bool = True) -> str:
    """What is written of it on a screen."""
    file = io.StringIO()
    writer = TerminalWriter(file)
    writer.fullwidth, writer.hasmarkup, writer.code_highlight = width, marked, highlight
    longrepr.toterminal(writer)
    assert writer.width_of_current_line == 0
    return file.getvalue()


def untouched(longrepr: Any) -> bool:
    """Whether nobody has asked for its structure."""
    return "chain" not in vars(longrepr)


@pytest.mark.parametrize("marked", [False, True])
def test_the_text_is_ready_for_the_screen_that_was_told(*, marked: bool) -> None:
    """In colour and without; nothing else is read for it."""
    theirs, ours = raised(), crossed(raised())
    assert shown(ours, marked=marked) == shown(theirs, marked=marked)
    assert ours.reprcrash.message == theirs.reprcrash.message == "KeyError: 'outer'"
    assert untouched(ours)


@pytest.mark.parametrize("other", [{"width": 99}, {"marked": True, "highlight": False}])
def test_for_another_screen_it_is_made_anew(other: Any) -> None:
    """One of another width, or where code is not highlighted."""
    assert shown(crossed(raised()), **other) == shown(raised(), **other)


def test_what_a_stream_cannot_write_is_written_as_pytest_does_it() -> None:
    """Only the lines with such characters are escaped."""
    texts = []
    for one in (raised(), crossed(raised())):
        file = io.BytesIO()
        stream = io.TextIOWrapper(file, encoding="ascii", write_through=True)
        writer = TerminalWriter(stream)
        writer.fullwidth = SCREEN.width
        one.toterminal(writer)
        texts.append(file.getvalue())
    assert texts[0] == texts[1]
    assert b"\\xe4" in texts[0]


def test_who_asks_for_the_class_hears_that_of_pytest() -> None:
    """By `isinstance`, by name, and by what it has."""
    ours = crossed(raised())
    assert isinstance(ours, ExceptionChainRepr)
    assert isinstance(ours, ExceptionRepr)
    assert type(ours).__name__ == "ExceptionChainRepr"
    assert not isinstance(ours, ReprExceptionInfo)
    assert untouched(ours)
    assert hasattr(ours, "reprtraceback")
    assert not hasattr(ours, "other")


def test_who_touches_the_structure_gets_all_of_it() -> None:
    """And the object is pytest's own from then on."""
    theirs, ours = raised(), crossed(raised())
    crash = ours.reprcrash
    ours.addsection("title", "content")
    assert len(ours.chain) == 2
    assert type(ours) is ExceptionChainRepr
    assert ours.chain[-1][1] is ours.reprcrash is crash
    assert ours.reprtraceback is ours.chain[-1][0]
    theirs.addsection("title", "content")
    assert shown(ours) == shown(theirs)
    assert vars(ours).keys() == vars(theirs).keys()


def test_sections_follow_the_text() -> None:
    """Those that were added here; the text itself is as it was."""
    theirs, ours = raised(), crossed(raised())
    for one in (theirs, ours):
        one.addsection("title", "content")
    assert shown(ours) == shown(theirs)
    assert untouched(ours)


def test_another_chain_is_shown_instead() -> None:
    """The text tells of the one that was replaced."""
    theirs, ours = raised(), crossed(raised())
    for one in (theirs, ours):
        one.chain = one.chain[:1] if one is theirs else crossed(raised()).chain[:1]
    assert shown(ours) == shown(theirs)


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda one: pickle.loads(pickle.dumps(one))])  # noqa: S301
def test_copies_are_those_of_pytest(copied: Any) -> None:
    """A pickled report can be read where this package is not."""
    report = copied(report_of(crossed(raised())))
    assert type(report.longrepr) is ExceptionChainRepr
    assert shown(report.longrepr) == shown(raised())


def test_what_pytest_makes_of_it_again_is_what_it_was() -> None:
    """Plugins write reports into files."""
    data = json.loads(json.dumps(report_of(raised())._to_json()["longrepr"]))
    report = report_of(raised())
    packed = FailureWriter(SCREEN).pack(report, report._to_json()["longrepr"])
    assert structure_of(packed) == data
    assert json.loads(json.dumps(report_of(failure(packed))._to_json()["longrepr"])) == data


def test_a_single_error_without_a_chain() -> None:
    """Some plugins make those."""
    chain = raised()
    single = ReprExceptionInfo(chain.reprtraceback, chain.reprcrash)
    ours = crossed(single)
    assert isinstance(ours, ReprExceptionInfo)
    assert not hasattr(ours, "chain")
    assert shown(ours) == shown(single)


@pytest.mark.parametrize("longrepr", ["text", None, ("a.py", 1, "skipped")])
def test_what_is_no_failure_of_that_kind_stays_as_it_is(longrepr: Any) -> None:
    """A text, nothing, or where and why a test was skipped."""
    report = report_of(longrepr)
    assert FailureWriter(SCREEN).pack(report, longrepr) == longrepr


def test_a_structure_that_nobody_can_read_is_not_packed() -> None:
    """It travels as it did, as far as it can."""
    report = report_of(raised())
    endless: dict[str, Any] = {"reprcrash": None, "sections": []}
    endless["itself"] = endless
    assert FailureWriter(SCREEN).pack(report, endless) is endless
