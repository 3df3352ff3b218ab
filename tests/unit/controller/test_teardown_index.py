"""pytest's terminal finds the teardown of a test without looking through those of all others."""

from __future__ import annotations

from typing import Any

import pytest
from _pytest.terminal import TerminalReporter

from pytest_agentorch.controller.teardown_index import TeardownIndex


def report(name: str, when: Any) -> Any:
    """A report of a test."""
    return pytest.TestReport(f"a.py::{name}", ("a.py", 1, name), {}, "passed", None, when)


@pytest.fixture(name="reporter")
def _reporter(pytestconfig: pytest.Config) -> Any:
    """The terminal of pytest, with the reports of three tests."""
    reporter: Any = TerminalReporter(pytestconfig)
    both = ("setup", "teardown")
    reporter.stats[""] = [report(name, when) for name in ("one", "two[1]", "one") for when in both]
    return reporter


def test_it_finds_what_pytest_finds(reporter: Any) -> None:
    """In the same order, also of a test that was run twice, and of one that is not there."""
    index = TeardownIndex(reporter)
    for name in ("one", "two[1]", "three"):
        made = report(name, "call")
        wanted = getattr(made, "id", made.nodeid)
        assert index.find(wanted) == reporter._get_teardown_reports(wanted)


def test_it_finds_what_has_come_since(reporter: Any) -> None:
    """And leaves out what a debugger has shown, as pytest does."""
    index = TeardownIndex(reporter)
    made, late = report("two[1]", "call"), report("two[1]", "teardown")
    wanted = getattr(made, "id", made.nodeid)
    assert len(index.find(wanted)) == 1
    reporter.stats[""].append(late)
    assert index.find(wanted)[1:] == [late]
    late._pdbshown = True
    assert late not in index.find(wanted)


class Terminal:
    """One that looks for teardowns in a way of its own."""

    def _get_teardown_reports(self, *_: Any) -> list[Any]:
        return ["its own"]


def test_a_terminal_of_a_plugin_is_left_alone(pytestconfig: pytest.Config) -> None:
    """And a run may have none."""

    class Manager:
        def __init__(self, reporter: Any) -> None:
            self.pluginmanager = self
            self.reporter = reporter

        def getplugin(self, _name: str) -> Any:
            return self.reporter

    theirs: Any = Terminal()
    pytests: Any = TerminalReporter(pytestconfig)
    for reporter in (theirs, pytests, None):
        manager: Any = Manager(reporter)
        TeardownIndex.install(manager)
    assert theirs._get_teardown_reports("x") == ["its own"]
    assert isinstance(pytests._get_teardown_reports.__self__, TeardownIndex)
