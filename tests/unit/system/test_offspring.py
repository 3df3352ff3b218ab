"""The mark by which a run knows what it has started."""

from __future__ import annotations

import os

import psutil
import pytest

from pytest_agentorch.system.offspring import VARIABLE, began, innermost_run, kill_offspring, marked


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

    class Watched(psutil.Process):
        def environ(self) -> dict[str, str]:
            asked.append(self.pid)
            return super().environ()

    monkeypatch.setattr(psutil, "Process", Watched)
    kill_offspring("no run", since=began())
    assert os.getpid() in asked
    assert 1 not in {*asked} - {os.getpid()}
