"""Python's garbage collector rests where it would find nothing, and no longer."""

from __future__ import annotations

import gc
import os
import sys
from types import SimpleNamespace

import pytest

from pytest_agentorch.system import collector


def test_it_rests_for_a_while_only() -> None:
    """As long as it is asked to."""
    with collector.paused():
        rested = not gc.isenabled()
    assert rested
    assert gc.isenabled()


def test_who_has_switched_it_off_finds_it_off() -> None:
    """A conftest may have done so for the whole run."""
    gc.disable()
    try:
        with collector.paused():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()


@pytest.mark.parametrize(
    ("main", "program", "whole"),
    [
        ("pytest.__main__", "/x/pytest/__main__.py", True),
        (None, "/x/bin/pytest", True),
        (None, "/x/run_tests.py", False),
        ("some.tool", "/x/pytest", False),
    ],
)
def test_a_process_is_whole_if_it_was_started_as_pytest(
    monkeypatch: pytest.MonkeyPatch, main: str | None, program: str, *, whole: bool
) -> None:
    """Who calls pytest from a script goes on when it is over."""
    spec = None if main is None else SimpleNamespace(name=main)
    monkeypatch.setitem(sys.modules, "__main__", SimpleNamespace(__spec__=spec))
    monkeypatch.setattr(sys, "argv", [program])
    monkeypatch.delitem(os.environ, "PYTEST_CURRENT_TEST")
    assert collector.is_whole_process() is whole


def test_a_test_that_runs_pytest_is_not_over_with_it() -> None:
    """What it has made would never be found to be garbage."""
    assert not collector.is_whole_process()
