"""The mark by which a run knows what it has started."""

from __future__ import annotations

from pytest_agentorch.system.offspring import VARIABLE, innermost_run, marked


def test_an_environment_gets_a_mark() -> None:
    """All else stays."""
    assert marked({"HOME": "/home"}, "one") == {"HOME": "/home", VARIABLE: "one"}


def test_a_run_inside_of_a_run_has_both_marks() -> None:
    """It ends with either; what is started in it belongs to the inner one."""
    inner = marked(marked({}, "outer"), "inner")
    assert inner[VARIABLE].split() == ["outer", "inner"]
    assert innermost_run(inner) == "inner"


def test_a_process_of_no_run_is_told() -> None:
    """It has no mark."""
    assert innermost_run({}) == ""
