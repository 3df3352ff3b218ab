"""The bridge to pytest: every test's reports go through pytest's own hooks, one test at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from pytest_agentorch.controller.attempts import Attempts
from pytest_agentorch.controller.node import Node, Scheduler
from pytest_agentorch.controller.phase_label import PhaseLabels
from pytest_agentorch.controller.plain_log import PlainLog
from pytest_agentorch.controller.plain_report import Ended, PlainPass
from pytest_agentorch.controller.quiet_report import ReportLogger
from pytest_agentorch.controller.text_lines import TextLines
from pytest_agentorch.controller.wire_report import mark_with_node
from pytest_agentorch.model.event import (
    AgentLost,
    RunFixtureLost,
    TestFinished,
    TestGivenUp,
    TestRetried,
    TestsAdvanced,
)
from pytest_agentorch.model.frozen import Frozen
from pytest_agentorch.model.ids import AgentId, PhaseName, TestId
from pytest_agentorch.orchestration.plan import Plan
from pytest_agentorch.reporting.crash_page import crash_page, shared_teardown_page, teardown_page

Told = tuple[TestId, Ended]
"""A test and what there is to tell of it."""


class _HeldBack(Frozen):
    """What is still to be told of a test that may be the last of its agent.

    Attributes:
        ended: its last report is a clean teardown: fixtures of the session may still fail.
    """

    test: TestId
    ended: Ended


class ReportBridge:
    """Calls `logstart`, `logreport` and `logfinish` here as pytest does in one process.

    All hooks of one test are called in a row, so no plugin ever sees two tests mixed. A test that
    may be the last of its agent waits for the next one, or for the end of the agent.
    """

    def __init__(self, config: pytest.Config, plan: Plan) -> None:
        self._config = config
        self._plan = plan
        self._held: dict[AgentId, _HeldBack] = {}
        # Tests of which something that agents share is still to be torn down, as far as known.
        self._awaited: dict[TestId, Ended | None] = {}
        self._attempts = Attempts(config)
        self._labels = PhaseLabels.of(config, plan)
        self._log = ReportLogger(config).log
        self._plain_log = PlainLog.install(config)
        self._logstart = _without_start_lines(config)

    def keep(self, event: TestRetried) -> None:
        """Tell of this attempt together with the verdict."""
        self._attempts.add(event)

    def deliver(self, event: TestFinished, ended: Ended, *, last: bool) -> None:
        """Report a test that has ended.

        Args:
            event: the verdict.
            ended: what became of it.
            last: whether the agent has nothing else to do, and may end its session now.
        """
        agent, test = event.agent, event.test
        self.release(agent)
        if self._attempts.of(test):
            ended = _reports(ended)
            self._attempts.mark(event, ended)
        if last and _is_clean(ended):
            self._held[agent] = _HeldBack(test=test, ended=ended)
        else:
            self._tell_or_wait(test, ended)

    def release(self, agent: AgentId) -> None:
        """Report what was held back for this agent."""
        held = self._held.pop(agent, None)
        if held is not None:
            self._tell_or_wait(held.test, held.ended)
            self._label()

    def advance(self, event: TestsAdvanced) -> None:
        """Tests that run in another phase have its name before them."""
        if self._labels is not None:
            self._labels.move(event)

    def begin(self, phase: PhaseName) -> None:
        """Let tests of a phase have its name before them."""
        if self._labels is not None:
            self._labels.begin(phase)
            self._label()

    def _label(self) -> None:
        """Name the phase that has begun if nothing is held back of those before."""
        if self._labels is not None and not self._held:
            self._labels.catch_up()

    def release_all(self) -> None:
        """Report every teardown that was held back."""
        for agent in list(self._held):
            self.release(agent)
        for test in list(self._awaited):
            self.let_go(test)

    def hold(self, test: TestId) -> None:
        """Do not tell of a test before something is torn down that it was the last to use."""
        self._awaited[test] = None

    def let_go(self, test: TestId) -> None:
        """That is torn down."""
        ended = self._awaited.pop(test, None)
        if ended is not None:
            self.tell(test, ended)

    def deliver_shared_teardown(self, test: TestId, report: pytest.TestReport) -> None:
        """Report what failed when something ended that agents had shared: an error of a test."""
        ended = self._awaited.pop(test, None)
        holder = next((agent for agent, held in self._held.items() if held.test == test), None)
        if holder is not None:
            self.deliver_final_teardown(holder, report)
        elif ended is None:
            self._log(report)
        else:
            self._tell_failed(test, ended, report)

    def deliver_lost_shared(self, loss: RunFixtureLost, test: TestId) -> str:
        """Report that something died that agents had shared; return what was reported."""
        page = shared_teardown_page(loss)
        self.deliver_shared_teardown(test, self._crash_report(test, loss.at, "teardown", page))
        return page

    def deliver_final_teardown(self, agent: AgentId, report: pytest.TestReport) -> None:
        """Report what failed when the session of an agent ended: an error of its last test."""
        held = self._held.pop(agent, None)
        if held is None:
            self._log(report)
        else:
            self._tell_failed(held.test, held.ended, report)

    def _tell_or_wait(self, test: TestId, ended: Ended) -> None:
        if test in self._awaited and _is_clean(ended):
            self._awaited[test] = ended
        else:
            self.tell(test, ended)

    def _tell_failed(self, test: TestId, ended: Ended, report: pytest.TestReport) -> None:
        """Report a test with a teardown that has failed in the place of a clean one."""
        *before, clean = _reports(ended)
        report.duration += clean.duration
        self.tell(test, [*before, report])

    def deliver_lost_teardown(self, event: AgentLost, test: TestId, node: Node | None) -> str:
        """Report an agent that died while it ended its session; return what was reported."""
        page = teardown_page(event)
        report = self._crash_report(test, event.at, "teardown", page)
        if node is not None:
            mark_with_node(report, node)
        self.deliver_final_teardown(event.agent, report)
        return page

    def deliver_given_up(self, event: TestGivenUp, node: Node | None) -> None:
        """Report a test whose agents died as failed."""
        node_id, _ = self._identity(event.test)
        before = [self._plan.tests[test].node_id for test in event.before]
        page = crash_page(event, node_id=node_id, before=before)
        reports = [
            self._crash_report(
                event.test,
                event.at,
                when,
                page if when == "call" else None,
                started=event.started,
            )
            for when in ("setup", "call", "teardown")
        ]
        sched = Scheduler(self._config)
        self._config.hook.pytest_handlecrashitem(crashitem=node_id, report=reports[1], sched=sched)
        for report in reports:
            if node is not None:
                mark_with_node(report, node)
        self._attempts.close(event.test, reports[0])
        self.tell(event.test, reports)

    def tell(self, test: TestId, ended: Ended) -> None:
        """Report a test to the last."""
        if self._labels is not None:
            self._labels.show(test)
        plain_log = self._plain_log
        if plain_log is not None and isinstance(ended, PlainPass) and plain_log.is_enough:
            plain_log.log(ended)
            return
        node_id, location = self._identity(test)
        self._logstart(nodeid=node_id, location=location)
        for report in _reports(ended):
            self._log(report)
        self._config.hook.pytest_runtest_logfinish(nodeid=node_id, location=location)

    def _crash_report(
        self, test: TestId, at: float, when: Any, page: str | None, started: float | None = None
    ) -> pytest.TestReport:
        node_id, location = self._identity(test)
        start = at if started is None else started
        return pytest.TestReport(
            nodeid=node_id,
            location=location,
            keywords={},
            outcome="failed" if page else "passed",
            longrepr=TextLines(page) if page else None,
            when=when,
            duration=max(0.0, at - start) if page else 0.0,
            start=start,
            stop=at,
            item_index=self._plan.item(test),
        )

    def _identity(self, test: TestId) -> tuple[str, tuple[str, int | None, str]]:
        row = self._plan.tests[test]
        return row.node_id, (row.location_path, row.line, row.name)


def _reports(ended: Ended) -> Sequence[pytest.TestReport]:
    return ended.all_reports() if isinstance(ended, PlainPass) else ended


def _is_clean(ended: Ended) -> bool:
    """Whether the test has been torn down without a failure."""
    if isinstance(ended, PlainPass) or not ended:
        return isinstance(ended, PlainPass)
    last = ended[-1]
    return last.when == "teardown" and last.passed and type(last) is pytest.TestReport


def _without_start_lines(config: pytest.Config) -> Callable[..., object]:
    """Return `logstart` without pytest's terminal where that would write each test's name twice."""
    reporter = config.pluginmanager.getplugin("terminalreporter")
    if type(reporter).__module__ != "_pytest.terminal":
        return config.hook.pytest_runtest_logstart
    return config.pluginmanager.subset_hook_caller("pytest_runtest_logstart", [reporter])
