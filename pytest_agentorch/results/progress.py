"""How far a run is, kept up as it goes. Pure: the moment is given."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from pytest_agentorch.model.agent_view import AgentView
from pytest_agentorch.model.event import (
    AgentConnected,
    AgentDone,
    AgentExited,
    AgentLost,
    AgentReady,
    AgentsMeasured,
    CopyEnded,
    Event,
    PhaseSkipped,
    PhaseStarted,
    RunFinished,
    TeardownFailed,
    TestFinished,
    TestGivenUp,
    TestKept,
    TestRetried,
    TestsAdvanced,
    TestsAssigned,
    TestsMissing,
    TestsReturned,
    TestStarted,
)
from pytest_agentorch.model.frozen import Frozen, replace
from pytest_agentorch.model.ids import AgentId, PhaseName, TestId
from pytest_agentorch.model.outcome import Outcome
from pytest_agentorch.model.phase_outline import PhaseOutline
from pytest_agentorch.model.stop_reason import StopReason
from pytest_agentorch.model.test import TestDescriptor
from pytest_agentorch.results.assignments import Assignments
from pytest_agentorch.results.expected_end import Experience, LeftOver, seconds_left
from pytest_agentorch.results.roster import Roster
from pytest_agentorch.results.standing import AgentStanding, PhaseStanding, Standing, together
from pytest_agentorch.results.tally import Tally
from pytest_agentorch.results.usage import AgentSummary


class Progress(Frozen):
    """How far a run is at one moment.

    Attributes:
        has_plan: whether it is known which tests there are.
        lost: how many agents were lost.
        seconds_left: how long it will probably still take; None if nobody knows.
        reason: why it has ended; None while it goes on.
    """

    at: float
    has_plan: bool
    standing: Standing
    phases: tuple[PhaseStanding, ...]
    agents: tuple[AgentStanding, ...]
    processes: int
    lost: int
    seconds_left: float | None
    reason: StopReason | None


class ProgressFold:
    """Takes the events of a run in order.

    Args:
        tests: of its plan; none as long as there is none.
        phases: in their order.
        seconds: how long each test was thought to take; empty if nothing is known of any.

    Attributes:
        assignments: who has been given which tests.
    """

    def __init__(
        self,
        tests: Sequence[TestDescriptor] = (),
        phases: Sequence[PhaseOutline] = (),
        seconds: Sequence[float] = (),
    ) -> None:
        self.assignments = Assignments()
        self._tests = tests
        self._outlines = phases
        self._seconds = seconds
        self._phase_of = [test.classification.phase for test in tests]
        self._counts: defaultdict[PhaseName, Counter[Outcome | None]] = defaultdict(Counter)
        for phase, total in Counter(self._phase_of).items():
            self._counts[phase][None] = total
        self._left = self._foreseen()
        self._outcomes: dict[TestId, Outcome] = {}
        self._took = self._thought = 0.0
        self._began: set[PhaseName] = set()
        self._skipped: Counter[PhaseName] = Counter()
        self._roster = Roster()
        self._work: defaultdict[AgentId, _Work] = defaultdict(_Work)
        self._processes = self._lost = 0
        self._reason: StopReason | None = None

    def take(self, events: Iterable[Event]) -> None:
        """Take note of what has happened."""
        for event in events:
            match event:
                case TestStarted():
                    # There are as many as there are tests, and agents are asked what they run.
                    pass
                case TestFinished():
                    self.assignments.on_event(event)
                    self._finish(event)
                case _:
                    self._take(event)

    def _take(self, event: Event) -> None:
        match event:
            case TestsAssigned() | TestsReturned() | TestsMissing() | TestRetried() | CopyEnded():
                self.assignments.on_event(event)
            case TestKept():
                self._settle(event.test, event.outcome)
            case TestGivenUp() | TeardownFailed():
                self._fail(event)
            case PhaseStarted() | PhaseSkipped() | TestsAdvanced():
                self._take_phase(event)
            case RunFinished():
                self._reason = event.reason
            case AgentsMeasured():
                self._roster.measure(event)
            case AgentConnected() | AgentReady() | AgentDone() | AgentExited() | AgentLost():
                self._processes += isinstance(event, AgentConnected)
                self._lost += isinstance(event, AgentLost)
                self._roster.on_event(event)
            case _:
                pass

    def _take_phase(self, event: PhaseStarted | PhaseSkipped | TestsAdvanced) -> None:
        match event:
            case PhaseStarted():
                self._began.add(event.phase)
            case PhaseSkipped():
                for test in event.tests:
                    self._skipped[self._phase_of[test]] += 1
                    self._left[self._phase_of[test]] -= self._forecast(test)
            case TestsAdvanced():
                for test in event.tests:
                    self._advance(test, event.phase)

    def progress(self, views: Sequence[AgentView], at: float) -> Progress:
        """Say how far it is.

        Args:
            views: the agents that live.
            at: the moment.
        """
        phases = self._phases(views)
        known = Experience(tests=len(self._outcomes), seconds=self._took, forecast=self._thought)
        agents = max((phase.agents for phase in self._outlines), default=1)
        return Progress(
            at=at,
            has_plan=bool(self._tests),
            standing=together(phase.standing for phase in phases),
            phases=phases,
            agents=tuple(map(self._standing, views)),
            processes=self._processes,
            lost=self._lost,
            seconds_left=seconds_left(
                self._left_over(phases, views, at),
                known,
                agents=agents,
                has_forecast=bool(self._seconds),
            ),
            reason=self._reason,
        )

    def summary(self, agent: AgentId) -> AgentSummary:
        """Say what is known of an agent, and what it has done."""
        work, record = self._work[agent], self._roster.record(agent)
        return replace(record, tally=Tally.of(work.outcomes), busy_seconds=work.seconds)

    def served(self, agent: AgentId) -> tuple[PhaseName, ...]:
        """Return the phases of which an agent has run tests."""
        ran = self._work[agent].phases
        return tuple(one.phase for one in self._outlines if one.phase in ran)

    def _finish(self, event: TestFinished) -> None:
        self._settle(event.test, event.outcome)
        self._took += event.seconds
        self._thought += self._forecast(event.test)
        work = self._work[event.agent]
        work.outcomes[event.outcome] += 1
        work.seconds += event.seconds
        work.phases.add(self._phase_of[event.test])

    def _advance(self, test: TestId, phase: PhaseName) -> None:
        """A test that has not begun belongs to another phase."""
        before, seconds = self._phase_of[test], self._forecast(test)
        self._phase_of[test] = phase
        self._counts[before][None] -= 1
        self._counts[phase][None] += 1
        self._left[before] -= seconds
        self._left[phase] += seconds

    def _fail(self, event: TestGivenUp | TeardownFailed) -> None:
        before = self._outcomes.get(event.test)
        if before is None or not before.is_bad:
            is_error = isinstance(event, TeardownFailed)
            self._settle(event.test, Outcome.ERROR if is_error else Outcome.FAILED)

    def _settle(self, test: TestId, outcome: Outcome) -> None:
        before = self._outcomes.get(test)
        self._outcomes[test] = outcome
        phase = self._phase_of[test]
        counts = self._counts[phase]
        counts[before] -= 1
        counts[outcome] += 1
        if before is None:
            self._left[phase] -= self._forecast(test)

    def _forecast(self, test: TestId) -> float:
        return self._seconds[test] if self._seconds else 0.0

    def _foreseen(self) -> defaultdict[PhaseName, float]:
        left: defaultdict[PhaseName, float] = defaultdict(float)
        for phase, seconds in zip(self._phase_of, self._seconds, strict=False):
            left[phase] += seconds
        return left

    def _phases(self, views: Sequence[AgentView]) -> tuple[PhaseStanding, ...]:
        phase_of = self._phase_of
        assigned = Counter(phase_of[test] for view in views for test in view.queued)
        started = Counter(phase_of[view.test] for view in views if view.test is not None)
        busy = Counter(phase for view in views for phase in {phase_of[t] for t in view.tests})
        outlines = {outline.phase: outline for outline in self._outlines}
        standings = {
            phase: Standing(
                tally=Tally.of(counts), assigned=assigned[phase], started=started[phase]
            )
            for phase, counts in self._counts.items()
        }
        skipped = self._skipped
        over = {name for name, one in standings.items() if one.tally.not_run == skipped[name]}
        # A phase all of whose tests are kept is not planned any more.
        order = [*outlines, *(phase for phase in standings if phase not in outlines)]
        return tuple(
            PhaseStanding(
                phase=phase,
                standing=standings.get(phase, Standing()),
                began=phase in self._began,
                waits_for=tuple(
                    name
                    for name in (outlines[phase].after if phase in outlines else ())
                    if name not in over
                ),
                agents=outlines[phase].agents if phase in outlines else 0,
                busy=busy[phase],
                skipped=skipped[phase],
            )
            for phase in order
        )

    def _left_over(
        self, phases: Sequence[PhaseStanding], views: Sequence[AgentView], at: float
    ) -> list[LeftOver]:
        spent: defaultdict[PhaseName, float] = defaultdict(float)
        for view in views:
            if view.test is not None:
                spent[self._phase_of[view.test]] += max(0.0, at - view.since)
        return [
            LeftOver(
                phase=one.phase,
                after=one.waits_for,
                agents=one.agents,
                tests=one.left,
                forecast=max(0.0, self._left[one.phase]),
                spent=spent[one.phase],
            )
            for one in phases
        ]

    def _standing(self, view: AgentView) -> AgentStanding:
        return AgentStanding(
            view=view,
            node_id="" if view.test is None else self._tests[view.test].node_id,
            phases=self.served(view.agent),
            summary=self.summary(view.agent),
        )


@dataclass(slots=True)
class _Work:
    """What an agent did."""

    outcomes: Counter[Outcome | None] = field(default_factory=Counter)
    seconds: float = 0.0
    phases: set[PhaseName] = field(default_factory=set)
