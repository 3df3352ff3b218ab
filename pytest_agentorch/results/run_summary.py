"""The summary of a run: what all reports are made from. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from pytest_agentorch.model.coverage_event import RunCoverage
from pytest_agentorch.model.demand import Demand
from pytest_agentorch.model.event import RunResumed
from pytest_agentorch.model.frozen import Frozen
from pytest_agentorch.model.ids import PhaseName, RunId
from pytest_agentorch.model.phase_shape import PhaseShape
from pytest_agentorch.model.settings import Goal, Start
from pytest_agentorch.model.stop_reason import StopReason
from pytest_agentorch.model.supply import Supply
from pytest_agentorch.results.incident_record import IncidentRecord
from pytest_agentorch.results.lack import Lack
from pytest_agentorch.results.result import TestResult
from pytest_agentorch.results.tally import Tally
from pytest_agentorch.results.usage import AgentSummary, PhaseSummary, Usage


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
        cpus: how many CPUs it might use; 0.0 if nobody knows.
        memory: how many bytes its processes might have together; 0 if nobody knows.
        goal: what a good number of agents is.
        planned: when there was a plan; None if there never was one.
        demands: what tests needed.
        supply: what there was of that.
        shapes: how far each phase may be spread; empty where that means nothing.
        controller_seconds: how long the controller has computed since then.
        coverage: what was covered; None if nobody has measured that.
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
    cpus: float = 0.0
    memory: int = 0
    goal: Goal = Goal.BALANCE
    planned: float | None = None
    shapes: tuple[PhaseShape, ...] = ()
    demands: tuple[Demand, ...] = ()
    supply: Supply = Supply()
    controller_seconds: float = 0.0
    coverage: RunCoverage | None = None

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
    def reused(self) -> int:
        """How many tests have passed before, and did not run."""
        return sum(test.reused for test in self.tests)

    @property
    def advanced(self) -> Mapping[tuple[PhaseName, PhaseName, str], int]:
        """How many tests of one phase plugins have wanted in another, and why."""
        moved = ((test.planned.phase, test.advanced) for test in self.tests if test.advanced)
        return Counter(
            (own, event.phase, event.reason) for own, event in moved if event.phase != own
        )

    @property
    def not_run(self) -> tuple[TestResult, ...]:
        """The tests without a verdict."""
        return tuple(test for test in self.tests if test.outcome is None)

    def slowest(self, count: int) -> tuple[TestResult, ...]:
        """The longest tests that have a verdict of this run, longest first."""
        ran = [test for test in self.tests if test.outcome is not None and test.kept is None]
        ran.sort(key=lambda test: -test.seconds)
        return tuple(ran[:count])

    def largest(self, count: int) -> tuple[TestResult, ...]:
        """The tests of this run that took notably much memory, the most first."""
        large = [test for test in self.tests if test.memory]
        large.sort(key=lambda test: -test.memory)
        return tuple(large[:count])
