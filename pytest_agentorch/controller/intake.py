"""The intake: from what agents tell of tests to events, and to the reports that pytest wants."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from pytest_agentorch.controller import junit_file
from pytest_agentorch.controller.crew import Crew
from pytest_agentorch.controller.notice import AgentsLookedAt
from pytest_agentorch.controller.plain_report import Ended, Families, PlainPass, Printed
from pytest_agentorch.controller.timeline import Timeline
from pytest_agentorch.controller.verdict import verdict_of
from pytest_agentorch.controller.wire_report import rebuild_test_report
from pytest_agentorch.model import event as ev
from pytest_agentorch.model.ids import AgentId, TestId
from pytest_agentorch.model.outcome import Outcome
from pytest_agentorch.orchestration.plan import Plan
from pytest_agentorch.protocol import to_controller as said
from pytest_agentorch.storage.printed import beside
from pytest_agentorch.storage.test_record import rows_after

News = said.TestBegun | said.TestPassed | said.TestEnded | said.TestsMissing
# Python 3.11 looks long for the member of an enum.
_PASSED = Outcome.PASSED
TestEvent = ev.TestStarted | ev.TestFinished | ev.TestsMissing | ev.AgentMisspoke


class Intake:
    """Keeps the reports of a test until pytest is told of its end."""

    def __init__(
        self, config: pytest.Config, crew: Crew, plan: Plan, timeline: Timeline, families: Families
    ) -> None:
        self._config = config
        self._crew = crew
        self._plan = plan
        self._timeline = timeline
        self._families = families
        self._ended: dict[TestId, Ended] = {}
        self._attributes: dict[TestId, Sequence[Sequence[str]]] = {}
        self._numbers: dict[AgentId, int] = {}
        self._begun: dict[AgentId, int] = {}
        self._peaks: dict[AgentId, said.MemoryNoted] = {}

    def take(self, event: ev.TestFinished | ev.CopyEnded) -> Ended:
        """Return the reports of a test that has its verdict; they are not kept any longer.

        Those of an attempt before give way to those of the next one.
        """
        ended = self._ended.pop(event.test, ())
        attributes = self._attributes.pop(event.test, ())
        if attributes and not isinstance(ended, PlainPass) and ended:
            junit_file.add_attributes(self._config, ended[0], attributes)
        return ended

    def is_known(self, agent: AgentId, message: News) -> bool:
        """Whether an agent tells late what was read in its record before."""
        match message:
            case said.TestBegun():
                latest = max(self._begun.get(agent, 0), self._numbers.get(agent, 0))
                return message.number <= latest
            case said.TestPassed() | said.TestPrinted() | said.TestEnded():
                return message.number <= self._numbers.get(agent, 0)
            case said.TestsMissing():
                return False

    def note_memory(self, agent: AgentId, message: said.MemoryNoted) -> None:
        """Keep what a test has taken until its end is told."""
        self._peaks[agent] = message

    def sampled(self, notice: AgentsLookedAt) -> ev.AgentsSampled:
        """What agents take."""
        return ev.AgentsSampled(
            samples=notice.samples,
            total=notice.total,
            short=notice.short,
            at=self._timeline.place(notice.at),
        )

    def _peak(self, agent: AgentId, number: int) -> int:
        noted = self._peaks.get(agent)
        return noted.peak if noted is not None and noted.number == number else 0

    def event(self, agent: AgentId, message: News) -> TestEvent:
        """What an agent has told of a test, or of several."""
        match message:
            case said.TestBegun():
                return self._begun_event(agent, message)
            case said.TestPassed():
                return self._passed_event(agent, message)
            case said.TestEnded():
                return self._ended_event(agent, message)
            case said.TestsMissing():
                tests, at = self._plan.tests_at(message.items), self._timeline.now()
                return ev.TestsMissing(agent=agent, tests=tests, reason=message.reason, at=at)

    def _begun_event(self, agent: AgentId, message: said.TestBegun) -> ev.TestStarted:
        self._begun[agent], test = message.number, TestId(message.test)
        return ev.TestStarted(agent=agent, test=test, at=self._timeline.place(message.at))

    def _passed_event(self, agent: AgentId, message: said.TestPassed) -> ev.TestFinished:
        test = TestId(message.test)
        self._numbers[agent] = message.number
        node = self._crew.node(agent)
        assert node is not None
        position = self._plan.item(test)
        printed = None
        if isinstance(message, said.TestPrinted):
            path = beside(str(self._crew.record_file(agent)))
            printed = Printed(message.sections, message.counts, path)
        self._ended[test] = PlainPass(
            self._plan.tests[test], position, self._families, node, message.times, printed=printed
        )
        started, seconds = self._timeline.begin(message.at, message.seconds)
        return ev.TestFinished(
            agent=agent,
            test=test,
            outcome=_PASSED,
            failures=0,
            started=started,
            seconds=seconds,
            message="",
            trace="",
            stdout="",
            stderr="",
            held=False,
            at=self._timeline.place(message.at),
            failed_in=(),
            flaky=False,
            cpu_seconds=message.cpu,
            memory=self._peak(agent, message.number),
        )

    def _ended_event(self, agent: AgentId, message: said.TestEnded) -> TestEvent:
        test = TestId(message.test)
        self._numbers[agent] = message.number
        reports = self.rebuild(agent, test, message.reports)
        if isinstance(reports, ev.AgentMisspoke):
            return reports
        self._ended[test] = reports
        self._attributes[test] = message.attributes
        verdict = verdict_of(reports)
        started, seconds = self._timeline.begin(message.at, message.seconds)
        return ev.TestFinished(
            agent=agent,
            test=test,
            outcome=verdict.outcome,
            failures=verdict.failures,
            started=started,
            seconds=seconds,
            message=verdict.message,
            trace=verdict.trace,
            stdout=verdict.stdout,
            stderr=verdict.stderr,
            held=message.held,
            failed_in=verdict.failed_in,
            at=self._timeline.place(message.at),
            cpu_seconds=message.cpu,
            memory=self._peak(agent, message.number),
        )

    def left_behind(self, agent: AgentId) -> Iterator[TestEvent]:
        """What an agent that is gone has done without having told: it has been written down."""
        yield from self.untold(agent)
        self._crew.record_file(agent).unlink(missing_ok=True)

    def untold(self, agent: AgentId) -> Iterator[TestEvent]:
        """What an agent has written down and not told, in order, as far as its end is known.

        A test that lets no other thread run keeps its agent from telling anything.
        """
        path = self._crew.record_file(agent)
        for row in rows_after(path, self._numbers.get(agent, 0)):
            if row.passed is not None:
                start, _, _, _, teardown, lasted = row.passed
                at = teardown + lasted
                yield self._passed_event(
                    agent,
                    said.TestPassed(
                        test=row.test,
                        number=row.number,
                        at=at,
                        seconds=at - start,
                        cpu=row.cpu,
                        times=row.passed,
                    ),
                )
            elif row.number > self._begun.get(agent, 0):
                begun = said.TestBegun(test=row.test, number=row.number, at=row.began)
                yield self._begun_event(agent, begun)
            if row.ended and row.passed is None:
                # Its reports are on their way, or lost with the agent.
                return

    def rebuild(
        self, agent: AgentId, test: TestId, data: Sequence[dict[str, object]]
    ) -> list[pytest.TestReport] | ev.AgentMisspoke:
        """Return an agent's reports; if they are none, that costs the agent."""
        node = self._crew.node(agent)
        assert node is not None
        try:
            item = self._plan.item(test)
            return [rebuild_test_report(one, self._config, node, item) for one in data]
        except Exception as error:  # noqa: BLE001 - whatever an agent says, the run goes on
            reason = f"its reports cannot be read: {error!r:.200}"
            return ev.AgentMisspoke(agent=agent, reason=reason, at=self._timeline.now())
