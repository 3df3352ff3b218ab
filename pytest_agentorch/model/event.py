"""What happened, in the past tense: the one vocabulary of the orchestrator and of every reporter.

`Observed` events come from outside and are what the orchestrator is told; the others are what it
concludes. All of them are published in order and written into the event log. `at` is seconds since
the epoch on a clock that never goes back.
"""

from __future__ import annotations

from typing import ClassVar

from pytest_agentorch.model.agent_event import (
    AgentConnected,
    AgentDone,
    AgentExited,
    AgentMisspoke,
    AgentReady,
)
from pytest_agentorch.model.assignment_event import (
    AssignmentNews,
    TestReassigned,
    TestsAssigned,
)
from pytest_agentorch.model.copy_event import CopyEnded
from pytest_agentorch.model.coverage_event import CoverageMeasured
from pytest_agentorch.model.frozen import Frozen
from pytest_agentorch.model.ids import AgentId, TestId
from pytest_agentorch.model.incident import (
    AgentLost,
    EventRefused,
    Incident,
    ReporterFailed,
    SlotGivenUp,
    TestGivenUp,
    TestOverdue,
    ZygoteLost,
)
from pytest_agentorch.model.memory_event import (
    AgentGrown,
    AgentsMeasured,
    AgentsSampled,
    MemoryExceeded,
    MemoryNews,
    MemoryShort,
    SoftLimitLow,
)
from pytest_agentorch.model.outcome import Outcome
from pytest_agentorch.model.phase_event import (
    PhaseFinished,
    PhaseHookFailed,
    PhaseIncident,
    PhaseNews,
    PhaseReviewed,
    PhaseSkipped,
    PhaseStarted,
    PhaseTimedOut,
    TestsAdvanced,
    WaveFinished,
    WaveStarted,
)
from pytest_agentorch.model.plan_event import PlanMade
from pytest_agentorch.model.planned_test import PlannedTest
from pytest_agentorch.model.run_event import RunFinished, RunResumed, RunStarted, TestKept
from pytest_agentorch.model.run_fixture_event import RunFixtureLost
from pytest_agentorch.model.stop_reason import StopReason

__all__ = [
    "AgentConnected",
    "AgentDone",
    "AgentEvent",
    "AgentExited",
    "AgentGrown",
    "AgentLost",
    "AgentMisspoke",
    "AgentReady",
    "AgentsMeasured",
    "AgentsSampled",
    "CopyEnded",
    "CoverageMeasured",
    "Event",
    "EventRefused",
    "Incident",
    "MemoryExceeded",
    "MemoryShort",
    "Observed",
    "PhaseFinished",
    "PhaseHookFailed",
    "PhaseIncident",
    "PhaseNews",
    "PhaseReviewed",
    "PhaseSkipped",
    "PhaseStarted",
    "PhaseTimedOut",
    "PlanMade",
    "PlannedTest",
    "ReporterFailed",
    "RunFinished",
    "RunFixtureLost",
    "RunResumed",
    "RunStarted",
    "SlotGivenUp",
    "SoftLimitLow",
    "StacksTaken",
    "StopRequested",
    "TeardownFailed",
    "TestFinished",
    "TestGivenUp",
    "TestKept",
    "TestOverdue",
    "TestReassigned",
    "TestRetried",
    "TestStarted",
    "TestTimedOut",
    "TestsAdvanced",
    "TestsAssigned",
    "TestsMissing",
    "TestsReturned",
    "TimePassed",
    "WaveFinished",
    "WaveStarted",
    "ZygoteLost",
]


class TestStarted(Frozen):
    """An agent has begun to set up a test."""

    __test__: ClassVar[bool] = False

    agent: AgentId
    test: TestId
    at: float


class TestFinished(Frozen):
    """A test has its verdict.

    Attributes:
        failures: how many failed reports count for `--maxfail` (subtests count each).
        started: when it began; `seconds` is setup, call and teardown together.
        message, trace, output: why, and what it wrote; empty if there is nothing to say.
        held: the agent waits for a word before it starts another test.
        failed_in: which of setup, call and teardown failed.
        flaky: it has passed, but not at its first attempt; it may count as failed.
        cpu_seconds: how much of `seconds` its process was computing; 0.0 if nobody knows.
        memory: the most bytes that its process had meanwhile; 0 if that is nothing notable.
    """

    __test__: ClassVar[bool] = False

    agent: AgentId
    test: TestId
    outcome: Outcome
    failures: int
    started: float
    seconds: float
    message: str
    trace: str
    stdout: str
    stderr: str
    held: bool
    at: float
    failed_in: tuple[str, ...] = ()
    flaky: bool = False
    cpu_seconds: float = 0.0
    memory: int = 0


class TestsReturned(Frozen):
    """An agent gave back tests that it had not started."""

    __test__: ClassVar[bool] = False

    agent: AgentId
    tests: tuple[TestId, ...]
    at: float


class TestsMissing(Frozen):
    """An agent has noticed late that it cannot run some tests: it has not collected them.

    Attributes:
        reason: why, in one line; empty if it does not know.
    """

    __test__: ClassVar[bool] = False

    agent: AgentId
    tests: tuple[TestId, ...]
    reason: str
    at: float


class StopRequested(Frozen):
    """Somebody wants the run to end now.

    Attributes:
        agent: the agent that asked for it, perhaps because it was interrupted itself; None for the
            user and for the controller.
    """

    reason: StopReason
    message: str
    at: float
    agent: AgentId | None = None


class TimePassed(Frozen):
    """A moment that was asked for with `WakeAt` has come."""

    at: float


class TeardownFailed(Frozen):
    """Fixtures that ended with an agent's session failed: an error of the test that it ran last."""

    agent: AgentId
    test: TestId
    message: str
    trace: str
    at: float


class StacksTaken(Frozen):
    """What each thread of an agent was doing while a test ran that is overdue."""

    agent: AgentId
    test: TestId
    stacks: str
    at: float


class TestTimedOut(Frozen):
    """A test has had its time and is asked to end.

    Attributes:
        timeout: how long it might have run, in seconds.
    """

    __test__: ClassVar[bool] = False

    agent: AgentId
    test: TestId
    timeout: float
    at: float


class TestRetried(Frozen):
    """A test has failed and will run again: this is not its verdict, unless the run ends before.

    Attributes:
        failed: what that would be.
        again_at: it does not run again before.
    """

    __test__: ClassVar[bool] = False

    failed: TestFinished
    again_at: float
    at: float


AgentEvent = (
    AgentConnected
    | AgentReady
    | TestStarted
    | TestFinished
    | TestsReturned
    | TestsMissing
    | AgentDone
    | AgentMisspoke
    | AgentExited
)
"""What an agent says, or its end."""

Observed = PlanMade | AgentEvent | StopRequested | TimePassed | MemoryNews | PhaseReviewed

Event = (
    Observed
    | Incident
    | RunStarted
    | RunResumed
    | TestKept
    | PhaseNews
    | AgentsMeasured
    | AssignmentNews
    | CoverageMeasured
    | TeardownFailed
    | TestRetried
    | TestTimedOut
    | CopyEnded
    | StacksTaken
    | RunFinished
)
