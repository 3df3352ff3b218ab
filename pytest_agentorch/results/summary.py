"""From events to the summary of a run. Pure."""

from __future__ import annotations

from collections import defaultdict

from pytest_agentorch.model.attempt import Attempt
from pytest_agentorch.model.coverage_event import RunCoverage
from pytest_agentorch.model.event import (
    AgentConnected,
    AgentDone,
    AgentExited,
    AgentLost,
    AgentReady,
    AgentsMeasured,
    CoverageMeasured,
    Event,
    EventRefused,
    Incident,
    MemoryExceeded,
    MemoryShort,
    PhaseHookFailed,
    PhaseSkipped,
    PhaseStarted,
    PhaseTimedOut,
    PlanMade,
    ReporterFailed,
    RunFinished,
    RunFixtureLost,
    RunResumed,
    RunStarted,
    SlotGivenUp,
    SoftLimitLow,
    StacksTaken,
    TeardownFailed,
    TestFinished,
    TestGivenUp,
    TestKept,
    TestOverdue,
    TestRetried,
    TestsAdvanced,
    TestStarted,
    ZygoteLost,
)
from pytest_agentorch.model.frozen import replace
from pytest_agentorch.model.ids import PhaseName, RunId, TestId
from pytest_agentorch.model.message_event import MessageIncident
from pytest_agentorch.model.outcome import Outcome
from pytest_agentorch.model.planned_test import PlannedTest
from pytest_agentorch.model.settings import Goal, Isolate
from pytest_agentorch.model.stop_reason import StopReason
from pytest_agentorch.results import result as results
from pytest_agentorch.results.attempt import failed_attempt, lost_attempt
from pytest_agentorch.results.coverage_share import in_order
from pytest_agentorch.results.incident import Surroundings, tell
from pytest_agentorch.results.incident_record import IncidentRecord
from pytest_agentorch.results.lack import Lack, lack_of
from pytest_agentorch.results.phase_fold import PhaseFold
from pytest_agentorch.results.result import TestResult
from pytest_agentorch.results.roster import Roster
from pytest_agentorch.results.run_summary import RunSummary
from pytest_agentorch.results.tally import Tally
from pytest_agentorch.results.timeline import Timelines
from pytest_agentorch.results.usage import usage_of, work_by_agent


class SummaryFold:
    """Takes the events of a run in order. It only keeps them apart: `summary()` does the work."""

    name = "summary"

    def __init__(self) -> None:
        self._run = RunStarted(run=RunId(""), agents=0, asked="", dist="", rootdir="", at=0.0)
        self._plan = PlanMade(tests=(), phases=(), deselected=0, collection_errors=0, at=0.0)
        self._resumed: RunResumed | None = None
        self._end: RunFinished | None = None
        self._now = 0.0
        self._started: dict[TestId, TestStarted] = {}
        self._verdicts: dict[TestId, TestFinished | TestGivenUp | TestKept] = {}
        self._vain: defaultdict[TestId, list[Attempt]] = defaultdict(list)
        self._phases = PhaseFold()
        self._roster = Roster()
        self._incidents: list[Incident] = []
        self._timelines = Timelines()
        self._stacks: dict[TestId, str] = {}
        self._missing: list[Lack] = []
        self._coverage: RunCoverage | None = None

    @property
    def is_over(self) -> bool:
        """Whether the run has ended."""
        return self._end is not None

    def on_event(self, event: Event) -> None:
        """Take note of one event."""
        self._now = max(self._now, event.at)
        match event:
            case TestStarted():
                self._started[event.test] = event
            case TestFinished():
                self._on_verdict(event)
            case TeardownFailed():
                self._on_teardown_failed(event)
            case (
                AgentLost()
                | TestGivenUp()
                | TestOverdue()
                | PhaseTimedOut()
                | PhaseSkipped()
                | PhaseHookFailed()
                | SlotGivenUp()
                | ZygoteLost()
                | ReporterFailed()
                | EventRefused()
                | MemoryExceeded()
                | MemoryShort()
                | SoftLimitLow()
                | RunFixtureLost()
            ):
                self._on_incident(event)
            case AgentConnected() | AgentDone() | AgentExited():
                self._roster.on_event(event)
                self._timelines.on_event(event)
            case RunStarted():
                self._run = event
            case PlanMade():
                self._plan = event
            case RunFinished():
                self._end = event
            case _:
                self._on_other(event)

    def summary(self) -> RunSummary:
        """Say what is known by now."""
        tests = tuple(self._phases.placed(self._result(planned)) for planned in self._plan.tests)
        reason = None if self._end is None else self._end.reason
        is_isolated = self._run.isolate != Isolate.NONE.value
        agents = self._roster.slot_summaries if is_isolated else self._roster.summaries
        return RunSummary(
            run=self._run.run,
            asked=self._run.asked,
            dist=self._run.dist,
            isolate=self._run.isolate,
            rootdir=self._run.rootdir,
            agents_allowed=self._run.agents,
            start=self._plan.start,
            start_reasons=self._plan.start_reasons,
            tests=tests,
            phases=self._phases.summaries(self._plan.phases, tests, self._now),
            agents=agents(work_by_agent(tests)),
            tally=Tally.of(test.outcome for test in tests),
            usage=usage_of(tests, now=self._now),
            deselected=self._plan.deselected,
            collection_errors=self._plan.collection_errors,
            started=self._run.at or self._now,
            ended=self._now if self._end is None else self._end.at,
            incidents=self._told(reason),
            missing=tuple(self._missing),
            reason=reason,
            message="" if self._end is None else self._end.message,
            resumed=self._resumed,
            cpus=self._run.cpus,
            memory=self._run.memory,
            goal=Goal(self._run.goal),
            planned=self._plan.at or None,
            shapes=self._plan.shapes,
            demands=self._plan.demands,
            supply=self._plan.supply,
            controller_seconds=0.0 if self._end is None else self._end.controller_seconds,
            coverage=in_order(self._coverage, self._plan.phases),
        )

    def results(self, phase: PhaseName) -> tuple[TestResult, ...]:
        """Say what has become of the tests of a phase by now."""
        phases = self._phases
        there = (one for one in self._plan.tests if phases.phase_of(one) == phase)
        return tuple(phases.placed(self._result(one)) for one in there)

    def _on_other(self, event: Event) -> None:
        self._timelines.on_event(event)
        match event:
            case StacksTaken():
                self._stacks[event.test] = event.stacks
            case AgentsMeasured():
                self._roster.measure(event)
            case RunResumed():
                self._resumed = event
            case TestKept():
                self._verdicts.setdefault(event.test, event)
            case TestRetried():
                self._on_vain(event.failed.test, self._failed(event.failed))
            case CoverageMeasured():
                self._coverage = event.coverage
            case PhaseStarted() | TestsAdvanced():
                self._phases.on_event(event)
            case _:
                if isinstance(event, AgentReady):
                    self._roster.on_event(event)
                elif isinstance(event, MessageIncident):
                    self._on_incident(event)
                lack = lack_of(event)
                self._missing += [] if lack is None else [lack]

    def _on_incident(self, event: Incident) -> None:
        self._incidents.append(event)
        self._timelines.on_event(event)
        if isinstance(event, TestGivenUp):
            self._verdicts.setdefault(event.test, event)
        elif isinstance(event, PhaseSkipped):
            self._phases.on_event(event)
        elif isinstance(event, AgentLost):
            self._roster.on_event(event)
            if event.test is not None:
                self._lose(event, event.test)

    def _on_teardown_failed(self, event: TeardownFailed) -> None:
        verdict = self._verdicts.get(event.test)
        if isinstance(verdict, TestFinished):
            why = {"outcome": Outcome.ERROR, "message": event.message, "trace": event.trace}
            self._verdicts[event.test] = replace(
                verdict,
                failed_in=(*verdict.failed_in, "teardown"),
                **({} if verdict.outcome.is_bad else why),
            )

    def _lose(self, event: AgentLost, test: TestId) -> None:
        begun = self._started.get(test)
        self._on_vain(test, lost_attempt(event, event.at if begun is None else begun.at))

    def _on_vain(self, test: TestId, attempt: Attempt) -> None:
        # Forgotten, so that the test counts as waiting until another agent starts it.
        self._started.pop(test, None)
        self._vain[test].append(attempt)

    def _on_verdict(self, event: TestFinished) -> None:
        vain = self._vain.get(event.test)
        if vain and vain[-1] == self._failed(event):
            # It was to run again, and the run has ended before.
            vain.pop()
        self._verdicts.setdefault(event.test, event)

    def _failed(self, event: TestFinished) -> Attempt:
        return failed_attempt(event, self._roster.slot(event.agent))

    def _result(self, planned: PlannedTest) -> TestResult:
        test = planned.test
        vain = tuple(self._vain.get(test, ()))
        verdict = self._verdicts.get(test)
        if isinstance(verdict, TestFinished):
            return results.finished(planned, verdict, self._roster.slot(verdict.agent), vain)
        if isinstance(verdict, TestKept):
            return results.kept(planned, verdict)
        if verdict is not None:
            slot = None if verdict.agent is None else self._roster.slot(verdict.agent)
            return results.given_up(planned, verdict, slot, vain)
        begun = self._started.get(test)
        if begun is None or not self._roster.is_active(begun.agent):
            return results.waiting(planned, vain, self._phases.skipped.get(test, ""))
        return results.running(planned, begun, self._roster.slot(begun.agent), vain)

    def _told(self, reason: StopReason | None) -> tuple[IncidentRecord, ...]:
        verdicts = self._verdicts.items() if self._incidents else ()
        outcomes = {test: getattr(end, "outcome", Outcome.FAILED) for test, end in verdicts}
        around = Surroundings(
            node_ids={planned.test: planned.node_id for planned in self._plan.tests},
            outcomes=outcomes,
            begun={test: getattr(end, "started", None) for test, end in verdicts},
            slots=self._roster.slots,
            connections=self._roster.connections,
            stacks=self._stacks,
            timelines=self._timelines,
            reason=reason,
        )
        # Their agents were ended for it: that is no news.
        ended = {getattr(event, "agent", None) for event in self._incidents if _is_excess(event)}
        return tuple(
            tell(event, around)
            for event in self._incidents
            if not isinstance(event, AgentLost) or event.agent not in ended
        )


def _is_excess(event: Incident) -> bool:
    return isinstance(event, TestGivenUp) and event.excess is not None
