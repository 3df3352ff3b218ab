"""`--agents-cov` reports also of a run that ends early, and wherever it is told to."""

from __future__ import annotations

import json
import signal

import pytest

from tests.functional.running import Ran, Suite
from tests.functional.test_coverage import coverage_files, covered

CODE = "".join(f"def line_{number}(): return {number}\n" for number in range(1, 9))

TESTS = """
    import os, time
    from pathlib import Path
    import pytest
    import code_under_test

    def note(word):
        with open("words", "a") as file:
            file.write(word + "\\n")

    @pytest.mark.parametrize("n", range(1, 9))
    def test_line(n):
        if n == 5 and os.environ.get("STOP") == "fail":
            pytest.fail("here")
        if n >= 5 and os.environ.get("STOP") == "hang":
            note("hangs")
            time.sleep(60)
        assert getattr(code_under_test, f"line_{n}")() == n
        note("ran")
"""


@pytest.fixture
def lines(suite: Suite) -> Suite:
    """A module of which each test covers a line."""
    suite.write(code_under_test=CODE, test_lines=TESTS)
    suite.write_text("pytest.ini", "[pytest]\npythonpath = .\n")
    suite.write_text(".coveragerc", "[run]\nbranch = true\n")
    return suite


def called(ran: Ran) -> set[int]:
    """Which of the functions were called."""
    arcs = covered(ran)["code_under_test.py"]
    return {line for line in range(1, 9) if (line, -line) in arcs}


def has_table(ran: Ran) -> bool:
    """Whether coverage is reported."""
    return any(line.startswith("TOTAL") for line in ran.lines)


def test_after_the_first_failure(lines: Suite) -> None:
    """`-x` ends the run; what was covered by then is in the data and in the report."""
    ran = lines.agents(1, "-x", "--agents-cov=code_under_test", env={"STOP": "fail"})
    assert ran.code == 1, str(ran)
    assert called(ran) == {1, 2, 3, 4}
    assert has_table(ran)
    assert coverage_files(ran) == [".coverage", ".coveragerc"]


@pytest.mark.parametrize("way", ["ctrl-c", "sigterm", "run-timeout"])
def test_after_an_interrupt(lines: Suite, way: str) -> None:
    """Agents that hang are ended; what had been covered by their tests is kept."""
    more = ["--agents-run-timeout=4"] if way == "run-timeout" else []
    args = (*more, "--agents-cov=code_under_test", "-p", "no:timeout")
    # By that option coverage itself handles the signal.
    lines.write_text(".coveragerc", f"[run]\nbranch = true\nsigterm = {way == 'sigterm'}\n")
    with lines.start_agents(2, *args, env={"STOP": "hang"}) as running:
        running.wait_for_words("words", 6)
        if way != "run-timeout":
            running.signal(signal.SIGINT if way == "ctrl-c" else signal.SIGTERM)
        ran = running.finish()
    assert ran.code == 2, str(ran)
    assert called(ran) == {1, 2, 3, 4}
    assert has_table(ran)
    assert not ran.left
    assert coverage_files(ran) == [".coverage", ".coveragerc"]


@pytest.mark.parametrize("way", [signal.SIGINT, signal.SIGKILL])
def test_a_run_that_is_resumed_has_the_coverage_of_both_parts(
    lines: Suite, way: signal.Signals
) -> None:
    """Whether the first part has come to report or not; and then once more."""
    args = ("--agents-cov=code_under_test", "--agents-cov-report=json", "-p", "no:timeout")
    for words, more, end in ((6, (), way), (8, ("--agents-resume",), signal.SIGINT)):
        with lines.start_agents(2, *args, *more, env={"STOP": "hang"}) as running:
            running.wait_for_words("words", words)
            running.signal(end)
            part = running.finish()
    assert called(part) == {1, 2, 3, 4}, str(part)
    ran = lines.agents(2, *args, "--agents-resume")
    assert ran.code == 0, str(ran)
    assert called(ran) == set(range(1, 9))
    data = json.loads((ran.suite / "coverage.json").read_text("utf-8"))
    assert data["totals"]["percent_covered"] == 100
    left = (ran.run_directories[-1] / "coverage").iterdir()
    assert [path.name for path in left] == ["combined.coverage"]


def test_reports_go_where_they_are_told(lines: Suite) -> None:
    """Each once; the terminal names them."""
    lines.write_text(".coveragerc", "[run]\nbranch = true\n[xml]\noutput = from_config.xml\n")
    kinds = ["html:pages", "xml", "json:a/b.json", "lcov:c.info", "markdown", "term-missing"]
    reports = [f"--agents-cov-report={kind}" for kind in kinds]
    ran = lines.agents(2, "--agents-cov=code_under_test", *reports)
    assert ran.code == 0, str(ran)
    for name in ("pages/index.html", "from_config.xml", "a/b.json", "c.info", "coverage.md"):
        assert (ran.suite / name).is_file(), name
    assert "Coverage HTML written to pages" in ran.lines
    assert "Coverage XML written to from_config.xml" in ran.lines
    assert has_table(ran)


def test_a_report_that_cannot_be_written(lines: Suite) -> None:
    """It is said; the run is as it was."""
    lines.write_text("folder", "a file")
    ran = lines.agents(2, "--agents-cov=code_under_test", "--agents-cov-report=json:folder/x.json")
    assert ran.code == 0, str(ran)
    assert any("WARNING: no report of coverage" in line for line in ran.lines), str(ran)


def test_collection_errors_are_not_reported_of(lines: Suite) -> None:
    """No test has run; the data of the run before is kept."""
    lines.write(test_wrong="import nonsense")
    lines.write_text(".coverage", "kept")
    ran = lines.agents(2, "--agents-cov=code_under_test")
    assert ran.code == 2, str(ran)
    assert not has_table(ran)
    assert ran.text(".coverage") == "kept"


def test_a_debugger_runs_without_agents(lines: Suite) -> None:
    """This process is measured."""
    ran = lines.run("--agents=2", "--pdb", "--agents-cov=code_under_test")
    assert ran.code == 0, str(ran)
    assert called(ran) == set(range(1, 9))
    assert has_table(ran)
