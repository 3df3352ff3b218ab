"""Tests that fail now and then: they run again, and are called flaky if they pass."""

from __future__ import annotations

import re
import sys
import xml.etree.ElementTree as ET

import pytest

from tests.functional.running import Ran, Suite

PLAIN = "-ojunit_family=xunit1"
"""With the other one, pytest warns of recorded properties."""
WAYS = pytest.mark.parametrize("way", ["soon", "fresh", "at-end"])
STARTS = pytest.mark.parametrize(
    "start",
    [
        pytest.param(
            "fork", marks=pytest.mark.skipif(sys.platform != "linux", reason="nothing is forked")
        ),
        "spawn",
    ],
)
SUITE = """
import pathlib, pytest

def attempt(name):
    marker = pathlib.Path(name + ".count")
    count = len(marker.read_text()) + 1 if marker.exists() else 1
    marker.write_text("x" * count)
    return count

def test_good(): pass

def test_flaky(record_property):
    print("this is attempt", number := attempt("flaky"))
    record_property("number", number)
    assert number == 3

def test_bad():
    assert not attempt("bad")

@pytest.fixture(scope="module")
def shaky():
    assert attempt("shaky") > 1

def test_shaky(shaky): pass

@pytest.fixture
def leaky():
    yield
    assert attempt("leaky") > 1

def test_leaky(leaky): pass

@pytest.mark.agents_retries(0)
def test_once():
    assert attempt("once") > 1
"""


def attempts(suite: Suite, name: str) -> int:
    """How often something was attempted."""
    return len((suite.folder / f"{name}.count").read_text("utf-8"))


def retried(ran: Ran) -> dict[str, tuple[str, int, bool]]:
    """The tests of the report with more than one attempt: status, retries, flaky."""
    return {
        test["name"].partition("::")[2]: (test["status"], test["retries"], test["flaky"])
        for test in ran.report["results"]["tests"]
        if "retries" in test
    }


@STARTS
@WAYS
def test_they_run_again_as_if_nothing_had_been_before(suite: Suite, way: str, start: str) -> None:
    """Also if the failure is that of a fixture which others share, or of a teardown."""
    suite.write_text("test_it.py", SUITE)
    ran = suite.agents(
        2,
        "--agents-retries=2",
        f"--agents-retry={way}",
        f"--agents-start={start}",
        PLAIN,
    )
    assert ran.counts == {"passed": 1, "failed": 2, "flaky": 3}, str(ran)
    assert ran.code == 1
    assert (attempts(suite, "bad"), attempts(suite, "once")) == (3, 1)
    assert retried(ran) == {
        "test_flaky": ("passed", 2, True),
        "test_bad": ("failed", 2, False),
        "test_shaky": ("passed", 1, True),
        "test_leaky": ("passed", 1, True),
    }
    assert "~ test_it.py::test_flaky passed at attempt 3" in ran.out
    tree = ET.parse(ran.records / "junit.xml")  # noqa: S314 - pytest has written it
    cases = {case.get("name"): case for case in tree.iter("testcase")}
    assert [one.tag for one in cases["test_bad"]] == ["rerunFailure", "rerunFailure", "failure"]
    flaky = cases["test_flaky"]
    assert [one.tag for one in flaky if one.tag != "properties"][:2] == ["flakyFailure"] * 2
    assert "this is attempt 1" not in ET.tostring(flaky, encoding="unicode")
    assert [one.get("value") for one in flaky.iter("property")] == ["3"]


def test_flaky_can_be_a_failure(suite: Suite) -> None:
    """It shows what has failed, and the exit code tells."""
    suite.write_text("test_it.py", SUITE)
    ran = suite.agents(2, "--agents-retries=2", "--agents-flaky=fail", "-k", "flaky or good", PLAIN)
    assert ran.counts == {"passed": 1, "failed": 1, "deselected": 4}, str(ran)
    assert ran.code == 1
    assert re.search(r"flaky: passed at attempt 3, after: .*assert 2 == 3", ran.out)
    assert retried(ran) == {"test_flaky": ("failed", 2, True)}


def test_only_verdicts_count_for_maxfail(suite: Suite) -> None:
    """Attempts are none."""
    suite.write_text("test_it.py", SUITE)
    ran = suite.agents(1, "-x", "--agents-retries=2", "-k", "flaky or shaky or leaky", PLAIN)
    assert ran.counts == {"flaky": 3, "deselected": 3}, str(ran)
    assert ran.code == 0


def test_what_failed_last_is_what_has_failed(suite: Suite) -> None:
    """`--lf` runs what is failed, not what is flaky."""
    suite.write_text("test_it.py", SUITE)
    suite.agents(2, "--agents-retries=2", PLAIN)
    ran = suite.agents(2, "--lf", PLAIN)
    assert set(ran.statuses) == {"test_it.py::test_bad", "test_it.py::test_once"}, str(ran)


def test_the_project_can_ask_for_them(suite: Suite) -> None:
    """For all tests, or for those of a phase."""
    suite.write_text(
        "pyproject.toml",
        "[tool.agentorch]\nretries = 1\nretry = 'at-end'\nretry_delay = '10ms'\n",
    )
    suite.write_text("test_it.py", SUITE)
    ran = suite.run("--agents=1")
    assert ran.code == 4
    assert "retry_delay = '10ms'" in ran.err
    suite.write_text(
        "pyproject.toml",
        "[tool.agentorch]\nretries = 1\nretry = 'at-end'\nretry_delay = 0.01\n"
        "[tool.agentorch.phases.unit]\nretries = 2\n",
    )
    assert suite.agents(1, "-k", "flaky", PLAIN).counts == {"flaky": 1, "deselected": 5}


def test_a_test_that_timed_out_may_run_again(suite: Suite) -> None:
    """It has failed as any other."""
    suite.write(
        test_it="""
        import pathlib, pytest, time

        @pytest.mark.agents_timeout(1)
        def test_slow():
            marker = pathlib.Path("seen")
            if not marker.exists():
                marker.touch()
                time.sleep(600)
        """
    )
    assert suite.agents(1, "--agents-retries=1").counts == {"flaky": 1}


def test_a_test_that_dies_and_then_fails_gets_all_its_chances(suite: Suite) -> None:
    """The lost agent is no attempt of its own."""
    suite.write(
        test_it="""
        import os, pathlib

        def test_it():
            marker = pathlib.Path("count")
            count = len(marker.read_text()) if marker.exists() else 0
            marker.write_text("x" * (count + 1))
            if count == 0:
                os._exit(3)
            assert count > 1
        """
    )
    ran = suite.agents(1, "--agents-retries=1")
    assert ran.counts == {"flaky": 1}, str(ran)
    assert ran.incidents == ["agent-lost"]


def test_a_test_that_fails_and_then_dies_has_all_its_attempts_in_the_junit_file(
    suite: Suite,
) -> None:
    """The one that failed, and the verdict."""
    suite.write(
        test_it="""
        import os, pathlib

        def test_it():
            marker = pathlib.Path("seen")
            if marker.exists():
                os._exit(3)
            marker.touch()
            assert not "the first time"
        """
    )
    ran = suite.agents(1, "--agents-retries=1")
    assert ran.counts == {"failed": 1}, str(ran)
    tree = ET.parse(ran.records / "junit.xml")  # noqa: S314 - pytest has written it
    (case,) = tree.iter("testcase")
    assert [one.tag for one in case] == ["rerunFailure", "failure"]


@pytest.mark.parametrize("said", ["-1", "'x'", "True"])
def test_a_number_that_is_none_is_refused(suite: Suite, said: str) -> None:
    """The test is named."""
    suite.write(
        test_it=f"import pytest\n\n@pytest.mark.agents_retries({said})\ndef test_it(): pass"
    )
    ran = suite.run("--agents=1")
    assert ran.code == 4, str(ran)
    assert "test_it.py::test_it" in ran.err + ran.out
    assert "[bad-retries]" in ran.err + ran.out


COUNT = """
import pathlib

def attempt(name):
    marker = pathlib.Path(name + ".count")
    marker.write_text((marker.read_text() if marker.exists() else "") + "x")
    return len(marker.read_text())
"""


def test_a_fixture_that_has_failed_ends_before_it_begins_again(suite: Suite) -> None:
    """What it wanted to be called at its end is called."""
    suite.write_text(
        "test_it.py",
        COUNT
        + """
import pytest, time

@pytest.fixture(scope="module")
def server(request):
    request.addfinalizer(lambda: attempt("ended"))
    assert attempt("begun") > 2

@pytest.mark.parametrize("n", range(9))
def test_it(server, n):
    time.sleep(0.05)
""",
    )
    ran = suite.agents(1, "--agents-retries=2")
    assert ran.code == 0, str(ran)
    assert attempts(suite, "begun") == attempts(suite, "ended")


@pytest.mark.skipif(pytest.version_tuple < (9,), reason="pytest has no subtests")
def test_a_subtest_that_has_failed_counts_for_its_attempt_only(suite: Suite) -> None:
    """And the test is what is flaky, not its first subtest."""
    suite.write_text(
        "test_it.py",
        COUNT
        + """
import unittest

def test_it(subtests):
    with subtests.test("a"):
        assert attempt("a") > 1
    with subtests.test("b"):
        pass

class TestCase(unittest.TestCase):
    def test_it(self):
        with self.subTest("a"):
            assert attempt("b") > 1
""",
    )
    ran = suite.agents(1, "--agents-retries=1")
    assert ran.counts["flaky"] == 2, str(ran)
    assert not {"passed", "failed"} & ran.counts.keys(), str(ran)


def test_a_doctest_begins_with_the_names_of_its_module(suite: Suite) -> None:
    """They are gone after an attempt that was not broken off."""
    suite.write_text(
        "shop.py",
        COUNT
        + '''
def price():
    """
    >>> attempt("doc") > 1
    True
    """
''',
    )
    options = "--doctest-modules", "--doctest-continue-on-failure", "shop.py"
    assert suite.agents(1, "--agents-retries=1", *options).counts == {"flaky": 1}


def test_nothing_begins_after_a_flaky_test_that_counts_as_failed(suite: Suite) -> None:
    """With `-x`: the others that have failed get no other chance."""
    suite.write_text(
        "test_it.py",
        COUNT
        + """
import pytest

@pytest.mark.parametrize("n", range(9))
def test_it(n):
    assert attempt(f"it{n}") > 1
""",
    )
    suite.agents(1, "-x", "--agents-retries=1", "--agents-flaky=fail")
    counts = [path.stat().st_size for path in suite.folder.glob("it*.count")]
    assert counts.count(2) == 1


def test_a_test_that_is_skipped_after_a_failure_is_not_flaky(suite: Suite) -> None:
    """It has not passed."""
    suite.write_text(
        "test_it.py",
        COUNT
        + """
import pytest

@pytest.fixture
def server():
    if attempt("server") > 1:
        pytest.skip("no server")
    assert False

def test_it(server): pass
""",
    )
    ran = suite.agents(1, "--agents-retries=1", "--agents-flaky=fail")
    assert ran.counts == {"skipped": 1}, str(ran)
    assert retried(ran) == {"test_it": ("skipped", 1, False)}


def test_attributes_of_an_attempt_are_not_those_of_another_test(suite: Suite) -> None:
    """The junit file has one element for each test, wherever it was attempted."""
    suite.write_text(
        "test_it.py",
        COUNT
        + """
def test_it(record_xml_attribute):
    record_xml_attribute("number", str(number := attempt("it")))
    assert number > 1
""",
    )
    options = "--agents-retries=1", "--agents-retry=fresh", PLAIN, "-Wignore"
    ran = suite.agents(1, *options)
    tree = ET.parse(ran.records / "junit.xml")  # noqa: S314 - pytest has written it
    assert [case.get("number") for case in tree.iter("testcase")] == ["2"]
