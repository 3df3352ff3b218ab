"""What `benchmarks.junit` reads from a junit file, and what it calls a difference."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from benchmarks import junit
from benchmarks.junit import Difference, Verdict, Verdicts

if TYPE_CHECKING:
    from pathlib import Path


def test_each_kind_of_element_has_its_outcome(tmp_path: Path) -> None:
    """A test without an element passed; the others are named by their element."""
    verdicts = _read(
        tmp_path,
        _case("passes"),
        _case("fails", '<failure message="assert 0">long</failure>'),
        _case("breaks", '<error message="failed on setup">long</error>'),
        _case("skips", '<skipped type="pytest.skip" message="no" />'),
        _case("xfails", '<skipped type="pytest.xfail" message="why" />'),
    )
    assert verdicts.by_id == {
        "m.C::passes": (Verdict(outcome="passed"),),
        "m.C::fails": (Verdict(outcome="failed", message="assert 0"),),
        "m.C::breaks": (Verdict(outcome="error", message="failed on setup"),),
        "m.C::skips": (Verdict(outcome="skipped", message="no"),),
        "m.C::xfails": (Verdict(outcome="xfailed", message="why"),),
    }


def test_output_and_properties_are_no_outcome(tmp_path: Path) -> None:
    """Captured output and properties stand beside the outcome and say nothing about it."""
    verdicts = _read(tmp_path, _case("loud", "<properties /><system-out>failure</system-out>"))
    assert verdicts.by_id == {"m.C::loud": (Verdict(outcome="passed"),)}


def test_failed_subtests_add_up_in_their_test(tmp_path: Path) -> None:
    """Each failed subtest is an element of its test, so their number is part of the outcome."""
    two = '<failure message="first" /><failure message="second" />'
    verdicts = _read(tmp_path, _case("subtests", two + '<skipped type="pytest.skip" />'))
    assert verdicts.by_id == {
        "m.C::subtests": (Verdict(outcome="failed x2 + skipped", message="first"),)
    }


@pytest.mark.parametrize(
    ("message", "first_line"),
    [("&#10;  one &#10;two", "one"), ("", "the text"), ("   ", "")],
)
def test_the_message_is_its_first_line_with_text(
    tmp_path: Path, message: str, first_line: str
) -> None:
    """Blank lines are passed over; the element's text stands in for an absent message."""
    verdicts = _read(tmp_path, _case("t", f'<failure message="{message}">the text\nmore</failure>'))
    assert verdicts.by_id["m.C::t"][0].message == first_line


def test_the_head_counts_what_has_no_element(tmp_path: Path) -> None:
    """The total of the head is kept beside the number of elements: it includes subtests."""
    verdicts = _read(tmp_path, _case("t"), counted=21)
    assert (len(verdicts), verdicts.counted) == (1, 21)


@pytest.mark.parametrize("text", [None, "", "<testsuites><testsuite"])
def test_a_file_that_is_absent_or_cut_off_holds_nothing(tmp_path: Path, text: str | None) -> None:
    """A run that died wrote no file, or a part of one: no test of it has a verdict."""
    path = tmp_path / "junit.xml"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    assert junit.read(path) == junit.NOTHING


def test_equal_verdicts_have_no_difference() -> None:
    """The order of the file does not matter between tests with different ids."""
    first = _verdicts(a=["passed"], b=["failed"])
    second = _verdicts(b=["failed"], a=["passed"])
    assert junit.compare(first, second) == (2, ())


def test_the_message_comes_from_the_side_that_has_one() -> None:
    """The second run's message is the one to read; the first's stands in when it passed."""
    failing = _verdicts(a=["failed"])
    passing = _verdicts(a=["passed"])
    lost = Difference(id="a", first="passed", second="failed", message="failed 1")
    cured = Difference(id="a", first="failed", second="passed", message="failed 1")
    assert junit.compare(passing, failing) == (0, (lost,))
    assert junit.compare(failing, passing) == (0, (cured,))


def test_a_test_that_only_one_run_has_is_missing_in_the_other() -> None:
    """Tests that were lost, and tests that appeared, are differences like any other."""
    first = _verdicts(a=["passed"], b=["passed"])
    second = _verdicts(a=["passed"], c=["passed"])
    assert junit.compare(first, second) == (
        1,
        (
            Difference(id="b", first="passed", second="missing"),
            Difference(id="c", first="missing", second="passed"),
        ),
    )


def test_occurrences_of_one_id_may_come_in_another_order() -> None:
    """Nothing but their place tells them apart, and reporting in another order is no difference."""
    first = _verdicts(a=["passed", "failed", "error"])
    second = _verdicts(a=["error", "passed", "failed"])
    assert junit.compare(first, second) == (3, ())


def test_a_lost_occurrence_is_told_with_its_number() -> None:
    """A test that fails and then errors at teardown has two verdicts: losing one shows."""
    first = _verdicts(a=["failed", "error"])
    second = _verdicts(a=["failed"])
    lost = Difference(id="a #2", first="error", second="missing", message="error 2")
    assert junit.compare(first, second) == (1, (lost,))


def test_what_remains_of_one_id_is_paired_in_order() -> None:
    """After the equal ones are taken away, first stands against first."""
    first = _verdicts(a=["passed", "failed", "skipped"])
    second = _verdicts(a=["failed", "error", "error"])
    assert junit.compare(first, second) == (
        1,
        (
            Difference(id="a", first="passed", second="error", message="error 2"),
            Difference(id="a #3", first="skipped", second="error", message="error 3"),
        ),
    )


def _case(name: str, inside: str = "") -> str:
    return f'<testcase classname="m.C" name="{name}" time="0.1">{inside}</testcase>'


def _read(tmp_path: Path, *cases: str, counted: int = 0) -> Verdicts:
    path = tmp_path / "junit.xml"
    head = f'<testsuites><testsuite name="pytest" tests="{counted}">'
    path.write_text(f"{head}{''.join(cases)}</testsuite></testsuites>", encoding="utf-8")
    return junit.read(path)


def _verdicts(**outcomes: list[str]) -> Verdicts:
    """Verdicts by id; each that did not pass has its outcome and place for a message."""
    by_id = {
        name: tuple(
            Verdict(outcome=each, message="" if each == "passed" else f"{each} {place}")
            for place, each in enumerate(found, start=1)
        )
        for name, found in outcomes.items()
    }
    return Verdicts(by_id=by_id, counted=0)
