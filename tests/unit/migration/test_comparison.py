"""Two runs of the same tests, side by side."""

from __future__ import annotations

from pytest_agentorch.migration.comparison import (
    Difference,
    RunnerResult,
    comparison_lines,
    differences,
)


def result(runner: str, *outcomes: tuple[str, str], code: int = 0) -> RunnerResult:
    """A run of two seconds."""
    return RunnerResult(runner=runner, seconds=2.0, code=code, outcomes=outcomes)


def told(first: RunnerResult, second: RunnerResult) -> list[str]:
    """What is printed of two runs."""
    return list(comparison_lines(first, second, differences(first, second)))


def test_the_same_is_told_as_the_same() -> None:
    """Whatever the order of the tests."""
    first = result("xdist", ("a", "passed"), ("b", "failed"), ("b", "error"), code=1)
    second = result("agents", ("b", "error"), ("b", "failed"), ("a", "passed"), code=1)
    assert told(first, second) == [
        "xdist      2.00 s  exit code 1  1 error, 1 failed, 1 passed",
        "agents     2.00 s  exit code 1  1 error, 1 failed, 1 passed",
        "The same outcomes, test by test.",
    ]


def test_every_difference_is_found() -> None:
    """Another outcome, a test that is missing, and one that has an outcome more."""
    first = result("xdist", ("a", "passed"), ("b", "passed"), ("d", "passed"))
    second = result("agents", ("a", "failed"), ("c", "passed"), ("d", "passed"), ("d", "passed"))
    assert differences(first, second) == [
        Difference(node_id="a", first="passed", second="failed"),
        Difference(node_id="b", first="passed", second=""),
        Difference(node_id="c", first="", second="passed"),
        Difference(node_id="d", first="passed", second="passed, passed"),
    ]
    assert told(first, second)[2:] == [
        "4 tests differ:",
        "  xdist   agents          test",
        "  passed  failed          a",
        "  passed  -               b",
        "  -       passed          c",
        "  passed  passed, passed  d",
    ]


def test_another_exit_code_is_no_equality() -> None:
    """Also if all tests are as they were."""
    lines = told(result("xdist", ("a", "passed")), result("agents", ("a", "passed"), code=1))
    assert lines[2:] == ["The same outcomes, test by test, but another exit code."]


def test_many_differences_are_cut() -> None:
    """A screen has its limits."""
    first = result("xdist", *((f"t{number}", "passed") for number in range(30)))
    lines = told(first, result("agents"))
    assert lines[1].endswith("no tests")
    assert (len(lines), lines[-1]) == (25, "and 10 more")
