"""The summary of a run: what all reports are made from. Pure: a fold over the published events."""

from __future__ import annotations

from collections import defaultdict

from pytest_agentorch.model.event import (
    AgentConnected,
    AgentDone,
    AgentExited,
    AgentLost,
    Event,
    EventRefused,
    Incident,
    PhaseStarted,
    PlanMade,
    ReporterFailed,
    RunFinished,
    RunResumed,
    RunStarted,
    SlotGivenUp,
    TeardownFailed,
    TestFinished,
    TestGivenUp,
    TestKept,
    TestOverdue,
    TestStarted,
    ZygoteLost,
)
from pytest_agentorch.model.frozen import Frozen, replace
from pytest_agentorch.model.ids import PhaseName, RunId, TestId
from pytest_agentorch.model.lost_attempt import LostAttempt
from pytest_agentorch.model.outcome import Outcome
from pytest_agentorch.model.planned_test import PlannedTest
from pytest_agentorch.model.settings import Isolate, Start
from pytest_agentorch.model.stop_reason import StopReason
from pytest_agentorch.results import result as results
from pytest_agentorch.results.incident import IncidentRecord, Surroundings, tell
from pytest_agentorch.results.lack import Lack, lack_of
from pytest_agentorch.results.result import TestResult
from pytest_agentorch.results.roster import Roster
from pytest_agentorch.results.tally import Tally
from pytest_agentorch.results.usage import (
    AgentSummary,
    PhaseSummary,
    Usage,
    phase_summary,
    usage_of,
    work_by_agent,
)


class RunSummary(Frozen):
    """Everything that is known of a run at one moment.

    Attributes:
        run, asked, dist, isolate, rootdir: as the run started; empty before it did.
        agents_allowed: at most so many agents.
        start, start_reasons: how agents started, and what spoke against a fork; `AUTO` if that was
            never decided.
        tests: in the order of the plan; empty before there is one.
        agents: one per process; under isolation, where they are many, one per slot.
        usage: of all tests together; its wall is the running part, from first test to last.
        started, ended: of the whole run; `ended` is the last event while it is not over.
        missing: what some agents could not run, in the order in which they said so.
        reason: why it ended; None while it is not over.
        resumed: which run it finishes; None if it stands for itself.
    """

    run: RunId
    asked: str
    dist: str
    isolate: str
    rootdir: str
    agents_allowed: int
    start: Start
    start_reasons: tuple[str, ...]
    tests: tuple[TestResult, ...]
    phases: tuple[PhaseSummary, ...]
    agents: tuple[AgentSummary, ...]
    tally: Tally
    usage: Usage
    deselected: int
    collection_errors: int
    started: float
    ended: float
    incidents: tuple[IncidentRecord, ...]
    missing: tuple[Lack, ...]
    reason: StopReason | None
    message: str
    resumed: RunResumed | None = None

    @property
    def started_how(self) -> str | None:
        """`fork` or `spawn`; None if no agent was to run a test."""
        return None if self.start is Start.AUTO else self.start.value

    @property
    def wall_seconds(self) -> float:
        """The whole run: collecting, starting and stopping agents included."""
        return max(0.0, self.ended - self.started)

    @property
    def agents_used(self) -> int:
        """In how many slots tests ran."""
        return len(self.usage.slots)

    @property
    def efficiency(self) -> float:
        """Busy time as a share of what the used agents had while tests ran, from 0.0 to 1.0."""
        return self.usage.efficiency

    @property
    def throughput(self) -> float:
        """Verdicts per second while tests ran."""
        return self._ran_here / self.usage.wall_seconds if self.usage.wall_seconds > 0 else 0.0

    @property
    def average_seconds(self) -> float:
        """The mean time of a test that ran."""
        return self.usage.busy_seconds / self._ran_here if self._ran_here else 0.0

    @property
    def _ran_here(self) -> int:
        return self.tally.ran - sum(test.kept is not None for test in self.tests)

    @property
    def not_run(self) -> tuple[TestResult, ...]:
        """The tests without a verdict."""
        return tuple(test for test in self.tests if test.outcome is None)

    def slowest(self, count: int) -> tuple[TestResult, ...]:
        """The longest tests that have a verdict of this run, longest first."""
        ran = [test for test in self.tests if test.outcome is not None and test.kept is None]
        ran.sort(key=lambda test: -test.seconds)
        return tuple(ran[:count])


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
        self._lost: defaultdict[TestId, list[LostAttempt]] = defaultdict(list)
        self._phases: dict[PhaseName, PhaseStarted] = {}
        self._roster = Roster()
        self._incidents: list[Incident] = []
        self._missing: list[Lack] = []

    def on_event(self, event: Event) -> None:
        """Take note of one event."""
        self._now = max(self._now, event.at)
        match event:
            case TestStarted():
                self._started[event.test] = event
            case TestFinished() | TestKept():
                self._verdicts.setdefault(event.test, event)
            case TeardownFailed():
                self._on_teardown_failed(event)
            case (
                AgentLost()
                | TestGivenUp()
                | TestOverdue()
                | SlotGivenUp()
                | ZygoteLost()
                | ReporterFailed()
                | EventRefused()
            ):
                self._on_incident(event)
            case AgentConnected() | AgentDone() | AgentExited():
                self._roster.on_event(event)
            case RunStarted():
                self._run = event
            case PlanMade():
                self._plan = event
            case PhaseStarted():
                self._phases.setdefault(event.phase, event)
            case RunFinished():
                self._end = event
            case _:
                self._resumed = event if isinstance(event, RunResumed) else self._resumed
                lack = lack_of(event)
                self._missing += [] if lack is None else [lack]

    def summary(self) -> RunSummary:
        """Say what is known by now."""
        tests = tuple(self._result(planned) for planned in self._plan.tests)
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
            phases=self._phase_summaries(tests),
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
        )

    def _on_incident(self, event: Incident) -> None:
        self._incidents.append(event)
        if isinstance(event, TestGivenUp):
            self._verdicts.setdefault(event.test, event)
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
        # Forgotten, so that the test counts as waiting until another agent starts it.
        begun = self._started.pop(test, None)
        attempt = LostAttempt(
            agent=event.agent,
            slot=event.slot,
            status=event.status,
            output=event.output,
            started=event.at if begun is None else begun.at,
            ended=event.at,
        )
        self._lost[test].append(attempt)

    def _result(self, planned: PlannedTest) -> TestResult:
        test = planned.test
        lost = tuple(self._lost.get(test, ()))
        verdict = self._verdicts.get(test)
        if isinstance(verdict, TestFinished):
            return results.finished(planned, verdict, self._roster.slot(verdict.agent), lost)
        if isinstance(verdict, TestKept):
            return results.kept(planned, verdict)
        if verdict is not None:
            slot = None if verdict.agent is None else self._roster.slot(verdict.agent)
            return results.given_up(planned, verdict, slot, lost)
        begun = self._started.get(test)
        if begun is None or not self._roster.is_active(begun.agent):
            return results.waiting(planned, lost)
        return results.running(planned, begun, self._roster.slot(begun.agent), lost)

    def _phase_summaries(self, tests: tuple[TestResult, ...]) -> tuple[PhaseSummary, ...]:
        by_phase: defaultdict[PhaseName, list[TestResult]] = defaultdict(list)
        for test in tests:
            by_phase[test.phase].append(test)
        names = dict.fromkeys([*self._plan.phases, *by_phase])
        summaries = []
        for name in names:
            begun = self._phases.get(name)
            allowed = None if begun is None else begun.agents
            summaries.append(
                phase_summary(name, by_phase[name], agents_allowed=allowed, now=self._now)
            )
        return tuple(summaries)

    def _told(self, reason: StopReason | None) -> tuple[IncidentRecord, ...]:
        verdicts = self._verdicts.items() if self._incidents else ()
        outcomes = {test: getattr(end, "outcome", Outcome.FAILED) for test, end in verdicts}
        around = Surroundings(
            node_ids={planned.test: planned.node_id for planned in self._plan.tests},
            outcomes=outcomes,
            slots=self._roster.slots,
            connections=self._roster.connections,
            reason=reason,
        )
        return tuple(tell(event, around) for event in self._incidents)
