"""The mark by which a run knows what it has started."""

from __future__ import annotations

from types import SimpleNamespace

import psutil
import pytest

from pytest_agentorch.system.offspring import VARIABLE, innermost_run, kill_offspring, marked


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


def test_what_began_before_the_run_is_not_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its environment is not read: it cannot belong to it."""
    asked = []

    def process(pid: int, at: float) -> SimpleNamespace:
        def environ() -> dict[str, str]:
            asked.append(pid)
            return {}

        return SimpleNamespace(pid=pid, ppid=lambda: 1, create_time=lambda: at, environ=environ)

    everything = [process(-1, 1.0), process(-2, 2.0), process(-3, 3.0)]
    monkeypatch.setattr(psutil, "process_iter", lambda: everything)
    kill_offspring("run", since=2.0)
    assert asked == [-2, -3]
