"""The loop that runs tests: one started, a short queue behind it, the next one asked for late."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import pytest

from pytest_agentorch.agent.adoption import Adoption
from pytest_agentorch.agent.another_attempt import begin_again
from pytest_agentorch.agent.collection import Collection
from pytest_agentorch.agent.cost_meter import CostMeter
from pytest_agentorch.agent.link import Link
from pytest_agentorch.agent.measurement import Measurement
from pytest_agentorch.agent.next_item import NextItem
from pytest_agentorch.agent.phase_environment import PhaseEnvironment
from pytest_agentorch.agent.provisions import Provisions
from pytest_agentorch.agent.recursion import RecursionRoom
from pytest_agentorch.agent.report import serialize
from pytest_agentorch.agent.run_fixtures import RunFixtures
from pytest_agentorch.agent.silent_terminal import asks_for_status
from pytest_agentorch.agent.stacks import Stacks
from pytest_agentorch.agent.stray import end_stray
from pytest_agentorch.agent.swallowed import Swallowed
from pytest_agentorch.agent.teardown import report_teardown
from pytest_agentorch.agent.teller import Report, Teller
from pytest_agentorch.agent.test_memory import TestMemory
from pytest_agentorch.agent.test_queue import QueuedTest, TestQueue, queued_tests
from pytest_agentorch.agent.time_limit import TimeLimit
from pytest_agentorch.protocol.fixture_talk import (
    FixtureAnswered,
    FixtureGone,
    SetUpFixture,
    TearDownFixture,
)
from pytest_agentorch.protocol.mail import ForAgent
from pytest_agentorch.protocol.to_agent import (
    AdoptTests,
    EndTest,
    FinishSession,
    Proceed,
    ReturnTests,
    RunTests,
    ShowStacks,
    ToAgent,
)
from pytest_agentorch.protocol.to_controller import (
    ReportLogged,
    StacksTaken,
    StopAsked,
    TestsGivenBack,
)
from pytest_agentorch.system.native import get_ident


class TestLoop:
    """Takes the place of pytest's own loop in an agent."""

    __test__ = False

    def __init__(
        self,
        config: pytest.Config,
        link: Link,
        collection: Collection | Adoption,
        *,
        hold: bool,
        record: Callable[[], str],
        costs: CostMeter,
        provisions: Provisions,
        memory: TestMemory,
        measurement: Measurement,
        mail: Callable[[ForAgent], None],
        fixtures: RunFixtures,
        environment: PhaseEnvironment,
    ) -> None:
        self._config = config
        self._link = link
        self._collection = collection
        self._hold = hold
        self._record = record
        self._costs = costs
        self._provisions = provisions
        self._memory = memory
        self._measurement = measurement
        self._mail = mail
        self._fixtures = fixtures
        self._environment = environment
        self._queue = TestQueue()
        self._reports: list[Report] | None = None
        self._asks_for_status = True
        self._last: tuple[QueuedTest, pytest.Item] | None = None
        self._stop_told = False
        self._properties: dict[int, int] = {}
        self._taken = ""
        self._swallowed = Swallowed(config)
        self._limit = TimeLimit(self._on_time_over)
        config.pluginmanager.register(RecursionRoom(), "agentorch-recursion")

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Run what is asked for until the session is to end."""
        if self._link.is_forked:
            end_stray(failed=False)
        self._provisions.take()
        record = self._record()
        self._stacks = Stacks(f"{record}.stacks")
        self._stacks.install()
        self._limit.install(get_ident())
        self._link.listen(self._take)
        self._costs.begin()
        self._teller = Teller(self._config, self._link, record, self._costs)
        self._memory.install(self._config)
        self._asks_for_status = asks_for_status(self._config)
        previous: NextItem | None = None
        while (queued := self._next()) is not None:
            item = self._collection.item(queued.item)
            if item is None:
                # The controller knows that it is missing here: another agent runs it.
                continue
            if previous is not None and not previous.suits(item):
                # The test that the teardown was done for has been taken back since.
                self._tear_down(item)
            previous = self._run(queued, item, session)
        self._tear_down(None)
        self._environment.turn("")
        return True

    @pytest.hookimpl(trylast=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep a report until its test has ended; others leave at once."""
        if self._asks_for_status or type(report) is not pytest.TestReport:
            # pytest's terminal would ask for the status of every report; some rely on being asked.
            self._asks_for_status = True
            self._config.hook.pytest_report_teststatus(report=report, config=self._config)
        if self._reports is not None:
            self._reports.append(self._teller.keep(report))
        else:
            data = serialize(report, self._config)
            self._link.post(ReportLogged(test=None, report=data, final_teardown=False))

    def _take(self, message: ToAgent) -> None:
        """Take in a message, in execnet's thread."""
        match message:
            case RunTests():
                self._queue.add(queued_tests(message), message.following)
            case ReturnTests():
                given = self._queue.give_back(message.tests)
                self._link.send(TestsGivenBack(tests=tuple(given)))
            case Proceed():
                self._queue.release()
            case ShowStacks() | EndTest():
                if self._limit.is_running(message.test):
                    self._on_late(message)
            case FixtureAnswered() | FixtureGone() | SetUpFixture() | TearDownFixture():
                self._fixtures.take(message)
            case FinishSession():
                self._queue.finish()
            case AdoptTests():
                assert isinstance(self._collection, Adoption)
                self._collection.adopt(message)
            case _:
                self._mail(message)

    def _on_late(self, message: ShowStacks | EndTest) -> None:
        """The test that runs takes long, or has had its time."""
        stacks = self._stacks.take()
        if isinstance(message, ShowStacks):
            self._link.send(StacksTaken(test=message.test, stacks=stacks))
        else:
            self._taken = stacks
            self._limit.interrupt(message.test, message.message)

    def _next(self) -> QueuedTest | None:
        """Take the next test; say what there is to say before waiting for one."""
        queued = self._queue.pop()
        if queued is None:
            self._link.flush()
            queued = self._queue.wait()
        return queued

    def _run(self, queued: QueuedTest, item: pytest.Item, session: pytest.Session) -> NextItem:
        following = NextItem(session, self._peek, self._is_last)
        self._last = queued, item
        self._fixtures.begin(queued.item, item, queued.phase)
        if queued.again:
            begin_again(item, self._properties.get(queued.item))
        properties = len(item.user_properties)
        self._measurement.turn(queued.phase)
        self._environment.turn(queued.phase)
        self._teller.begin(queued.test, item)
        reports: list[Report] = []
        try:
            with self._provisions.for_threads(queued.threads):
                self._protocol(queued.test, item, following, reports)
        except BaseException:
            # What ends pytest while it tears down has left a verdict behind.
            if reports and _is_verdict(self._teller.data(reports[-1])):
                self._measurement.look()
                self._teller.end(reports, held=False)
            raise
        has_failed = any(map(_counts_as_failure, reports))
        if has_failed:
            self._properties[queued.item] = properties
        stop = self._stop_asked(session)
        # Passing may be a failure, too, after one: the controller knows.
        held = stop is not None or (self._hold and (has_failed or queued.again))
        taken = self._memory.end()
        if taken is not None:
            self._teller.note_memory(taken)
            held = held or taken.left > 0
        if held:
            self._queue.hold()
        self._measurement.look()
        self._teller.end(reports, held=held and stop is None)
        if stop is not None:
            self._link.post(stop)
        return following

    def _protocol(
        self, test: int, item: pytest.Item, following: NextItem, reports: list[Report]
    ) -> None:
        """Run a test and collect its reports. A child that it has forked comes no further."""
        self._reports = reports
        failed = True
        self._limit.begin(test)
        try:
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            failed = any(map(_counts_as_failure, reports))
        finally:
            self._limit.end()
            self._reports = None
            if self._link.is_forked:
                end_stray(failed=failed)

    def _on_time_over(self, message: str) -> None:
        """Let the report of a test that has timed out show what all threads were doing."""
        self._swallowed.begin(message)
        if self._last is not None and self._taken:
            # pytest's own word for when something was captured, as in `Captured stdout call`.
            self._last[1].add_report_section("timeout", "stacks", self._taken)

    def _stop_asked(self, session: pytest.Session) -> StopAsked | None:
        """Return the wish of this session to stop, once; the controller decides."""
        if session.shouldfail == f"stopping after {session.testsfailed} failures":
            # Of `--maxfail`: the controller counts verdicts, and this may be none.
            session._shouldfail = False  # noqa: SLF001 - pytest does not let it be unset
        if self._stop_told or not (session.shouldfail or session.shouldstop):
            return None
        self._stop_told = True
        kind = "shouldfail" if session.shouldfail else "shouldstop"
        wish = session.shouldfail or session.shouldstop
        return StopAsked(kind=kind, arguments=(str(wish),), returncode=None)

    def _peek(self) -> pytest.Item | pytest.Collector | None:
        """The next item; for a child, and before a copy of the same test, what both share."""
        item = None if self._last is None else self._last[1]
        if not self._link.is_forked:
            position = self._queue.peek()
            node = None if position is None else self._collection.node(position)
            if node is None or node is not item:
                return node
        parent = None if item is None else item.parent
        return parent if isinstance(parent, pytest.Collector) else None

    def _is_last(self) -> bool:
        return self._queue.finishing and not self._link.is_forked

    def _tear_down(self, following: pytest.Item | None) -> None:
        """End fixtures that no test of this agent needs any more, outside of any test."""
        if self._last is None:
            return
        queued, item = self._last
        with ExitStack() as stack:
            self._reports = []
            stack.callback(setattr, self, "_reports", None)
            report_teardown(item, following)
            reports = self._reports
        self._teller.recorded()
        for report in reports:
            data = self._teller.data(report)
            self._link.post(ReportLogged(test=queued.test, report=data, final_teardown=True))


def _counts_as_failure(report: Report) -> bool:
    return isinstance(report, dict) and report.get("outcome") == "failed"


def _is_verdict(report: dict[str, Any]) -> bool:
    """Whether a test has a verdict with this report: not if it has only been set up."""
    # Of a test: there are reports of subtests, too, and of attempts that are repeated.
    if report.get("$report_type") != "TestReport":
        return False
    ends = (
        ("failed", "skipped") if report.get("when") == "setup" else ("passed", "failed", "skipped")
    )
    return report.get("outcome") in ends
