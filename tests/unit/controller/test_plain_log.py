"""Who is told of plain passes, and of how much of them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from pytest_agentorch.controller.node import Node, NodeManager
from pytest_agentorch.controller.plain_log import PlainLog
from pytest_agentorch.controller.plain_report import PlainPass, Printed
from pytest_agentorch.model.ids import AgentId, SlotId
from pytest_agentorch.model.test import TestDescriptor
from tests.unit.orchestration.plans import a_test


class Installing:
    """Installs it, and tells of some passes."""

    def __init__(self, *passes: PlainPass) -> None:
        self._passes = passes

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """In the place of pytest's loop."""
        self.log = PlainLog.install(session.config)
        session.testscollected = len(self._passes)
        for one in self._passes if self.log is not None else ():
            assert self.log is not None
            self.log.log(one)
        reporter: Any = session.config.pluginmanager.getplugin("terminalreporter")
        self.stats = {} if reporter is None else dict(reporter.stats)
        # Plugins may look at the end.
        self.made = [report for kept in self.stats.values() for report in kept.ready()]
        return True


def run(
    pytester: pytest.Pytester, *args: str, conftest: str = "", passes: tuple[PlainPass, ...] = ()
) -> Installing:
    """Run pytest without any test."""
    pytester.makeconftest(conftest)
    installing = Installing(*passes)
    pytester.inline_run(*args, plugins=[installing])
    return installing


def a_pass(name: str, **more: Any) -> PlainPass:
    """A test that has passed, one second per phase."""
    test: TestDescriptor = a_test(node_id=f"test_a.py::{name}")
    config: Any = SimpleNamespace(getoption=lambda _name, default: default)
    manager = NodeManager(config=config, testrunuid="run", specs=())
    node = Node(
        config=config,
        manager=manager,
        agent=AgentId("gw0"),
        slot=SlotId("gw0"),
        gateway=None,
        mainargv=[],
    )
    return PlainPass(test, 0, [()], node, (1.0, 1.0, 2.0, 1.0, 3.0, 1.0), **more)


def test_pytest_is_told_of_the_call_and_counts_the_rest(pytester: pytest.Pytester) -> None:
    """Nothing but that one report has been made."""
    ran = run(pytester, passes=(a_pass("test_one"), a_pass("test_two")))
    assert ran.made == []
    passed, others = ran.stats["passed"], ran.stats[""]
    assert (len(passed), len(others)) == (2, 4)
    assert [(one.nodeid, one.when) for one in passed] == [
        ("test_a.py::test_one", "call"),
        ("test_a.py::test_two", "call"),
    ]
    assert [one.when for one in others] == ["setup", "teardown"] * 2
    assert [one.start for one in others] == [1.0, 3.0] * 2
    assert {one.duration for one in (*passed, *others)} == {1.0}


@pytest.mark.parametrize(
    "conftest",
    [
        "def pytest_runtest_logreport(report): pass",
        "def pytest_runtest_logstart(nodeid): pass",
        "def pytest_runtest_logfinish(nodeid): pass",
        "def pytest_report_teststatus(report): pass",
    ],
)
def test_who_listens_gets_everything(pytester: pytest.Pytester, conftest: str) -> None:
    """All three reports, one by one, and the words around them."""
    assert run(pytester, conftest=conftest).log is None


@pytest.mark.parametrize(
    "args",
    [
        ["--junitxml=junit.xml"],
        ["-p", "no:terminal"],
        pytest.param(
            ["-o", "console_output_style=times"],
            marks=pytest.mark.skipif(pytest.version_tuple < (8, 4), reason="it has no such style"),
        ),
    ],
)
def test_who_writes_of_each_test_gets_everything(
    pytester: pytest.Pytester, args: list[str]
) -> None:
    """And without pytest's terminal there is nobody who counts."""
    assert run(pytester, *args).log is None


def test_what_was_printed_is_in_the_report_that_had_it(pytester: pytest.Pytester) -> None:
    """Who wants to see all reports gets it at once; otherwise it is read when somebody looks."""
    path = pytester.path / "gw0.printed"
    printed = Printed([("set up", "short"), ("called", [5, 4])], (1, 2, 2), str(path))
    passed = a_pass("test_one", printed=printed)
    (late,) = passed.call_report()
    assert len(late.sections) == 2
    path.write_text("12345long")
    reports = passed.all_reports()
    path.unlink()
    assert [type(report.sections) for report in reports] == [list, list, list]
    assert [len(report.sections) for report in reports] == [1, 2, 2]
    assert reports[0].sections == [("set up", "short")]
    assert reports[2].sections == [("set up", "short"), ("called", "long")]
    assert "cannot be read any more" in late.sections[1][1]


def test_who_comes_to_listen_later_gets_everything_from_then_on(pytester: pytest.Pytester) -> None:
    """A plugin may be registered while tests run."""

    class Listener:
        def pytest_runtest_logreport(self) -> None:
            """Listen."""

    class Coming:
        @pytest.hookimpl(tryfirst=True)
        def pytest_runtestloop(self, session: pytest.Session) -> None:
            """Let one come when the log has been made."""
            log = PlainLog.install(session.config)
            assert log is not None
            self.before = log.is_enough
            session.config.pluginmanager.register(Listener())
            self.after = log.is_enough

    coming = Coming()
    pytester.inline_run(plugins=[coming])
    assert (coming.before, coming.after) == (True, False)
