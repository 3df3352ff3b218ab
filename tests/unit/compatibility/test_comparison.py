"""What the comparison of two runs of a suite notices."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from tests.compatibility.comparison import differences, troubles
from tests.functional.canary import Canary, Seen
from tests.functional.junit_file import Part

SOUP = Canary(name="soup", plugins=("pytest-soup",))
PASSED = ("test_soup::test_it", ())
FAILED = ("test_soup::test_it", (Part("failure", "", "too hot", ""),))


def seen(**other: Any) -> Seen:
    """A run of one test that passes, on two forked agents, but for what is given."""
    tests = [{"threadId": "gw0"}, {"threadId": "gw1"}]
    about: dict[str, Any] = {
        "cases": [PASSED],
        "files": {"menu.txt": b"soup\ntea\n"},
        "code": 0,
        "counts": {"passed": 1},
        "incidents": [],
        "ours": {"start": "fork"},
        "report": {"results": {"tests": tests}},
        **other,
    }
    cases, files = about.pop("cases"), about.pop("files")
    return Seen(ran=cast("Any", SimpleNamespace(**about)), cases=cases, files=files)


def test_runs_that_are_the_same() -> None:
    """Tests end in any order, and so do the lines that they write."""
    other = seen(files={"menu.txt": b"tea\nsoup\n"})
    assert differences(SOUP, seen(), other) == []
    assert troubles(other, "fork") == []


@pytest.mark.parametrize(
    ("other", "found"),
    [
        ({"code": 1}, "exit code 1 instead of 0"),
        ({"counts": {"passed": 2}}, "counts {'passed': 2} instead of {'passed': 1}"),
        ({"cases": [FAILED]}, "test_soup::test_it"),
        ({"cases": []}, "test_soup::test_it"),
        ({"cases": [PASSED, PASSED]}, "test_soup::test_it"),
        ({"files": {"menu.txt": b"soup\n"}}, "left menu.txt"),
        ({"files": {}}, "left menu.txt"),
    ],
)
def test_what_differs(other: dict[str, Any], found: str) -> None:
    """Verdicts and what was written, each by its name."""
    assert differences(SOUP, seen(), seen(**other)) == [found]


def test_runs_on_agents_are_what_they_are_said_to_be() -> None:
    """Else the suite would be tried in a way that is in another column of the table."""
    tests = {"results": {"tests": [{"threadId": "gw1"}]}}
    agents = seen(ours={"start": "spawn"}, report=tests, incidents=["agent-lost"])
    assert troubles(agents, "fork") == [
        "incident agent-lost",
        "start spawn",
        "tests on gw1 only",
    ]
