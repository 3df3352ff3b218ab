"""What went wrong in a run, as events: each kind has a slug that docs/messages.md explains."""

from __future__ import annotations

from typing import ClassVar

from pytest_agentorch.model.exit_status import ExitStatus
from pytest_agentorch.model.frozen import Frozen
from pytest_agentorch.model.ids import AgentId, SlotId, TestId
from pytest_agentorch.model.memory_event import MemoryIncident
from pytest_agentorch.model.memory_limit import SLUG, Excess
from pytest_agentorch.model.message_event import MessageIncident
from pytest_agentorch.model.phase_event import PhaseIncident
from pytest_agentorch.model.run_fixture_event import RunFixtureLost


class AgentLost(Frozen):
    """An agent ended before its session did (incident `agent-lost`).

    Attributes:
        test: the test that it was running, None between tests.
        ending: the test that it had run last, if it died while it ended its session.
        queued: how many tests it had that had not started: they go to other agents.
        restarted: whether a new process takes its slot.
    """

    slug: ClassVar[str] = "agent-lost"

    agent: AgentId
    slot: SlotId
    pid: int | None
    status: ExitStatus
    output: str
    test: TestId | None
    ending: TestId | None
    queued: int
    restarted: bool
    at: float


class TestGivenUp(Frozen):
    """A test ends without having ended: it fails.

    As an incident it is `poison-test`, `test-timed-out`, `memory-limit` or `test-not-found`.

    Attributes:
        agent: the agent that ran it last, None if no agent has it.
        status, output: how that agent ended and the last that it wrote.
        attempts: how many agents died of it; 0 if none knows it.
        before: what ran on that agent before it, the latest last.
        timed_out: that agent was ended since the test had not ended in time.
        excess: the memory that it was ended for; None if it was not.
    """

    __test__: ClassVar[bool] = False

    test: TestId
    agent: AgentId | None
    status: ExitStatus
    output: str
    attempts: int
    before: tuple[TestId, ...]
    started: float
    at: float
    timed_out: bool = False
    excess: Excess | None = None

    @property
    def slug(self) -> str:
        """The name under which docs/messages.md explains it."""
        if self.excess is not None:
            return SLUG
        if self.timed_out:
            return "test-timed-out"
        return "poison-test" if self.attempts else "test-not-found"


class TestOverdue(Frozen):
    """A test has run for long, and goes on (incident `test-overdue`).

    Attributes:
        seconds: how long it has run.
        timeout: how long it may, 0 for as long as it likes.
    """

    __test__: ClassVar[bool] = False
    slug: ClassVar[str] = "test-overdue"

    agent: AgentId
    test: TestId
    seconds: float
    timeout: float
    at: float


class SlotGivenUp(Frozen):
    """Agents of this slot died in a row, no test got a verdict (incident `slot-given-up`)."""

    slug: ClassVar[str] = "slot-given-up"

    slot: SlotId
    deaths: int
    at: float


class ZygoteLost(Frozen):
    """The process that forks agents ended before its time (incident `zygote-lost`)."""

    slug: ClassVar[str] = "zygote-lost"

    status: ExitStatus
    at: float


class ReporterFailed(Frozen):
    """A subscriber raised; the run goes on without it (incident `reporter-failed`)."""

    slug: ClassVar[str] = "reporter-failed"

    reporter: str
    error: str
    at: float


class EventRefused(Frozen):
    """Something was told that cannot have happened; nobody heeded it (incident `impossible-event`).

    It is a mistake of the controller, never of an agent.
    """

    slug: ClassVar[str] = "impossible-event"

    error: str
    at: float


Incident = (
    AgentLost
    | TestGivenUp
    | TestOverdue
    | PhaseIncident
    | SlotGivenUp
    | ZygoteLost
    | ReporterFailed
    | EventRefused
    | MemoryIncident
    | MessageIncident
    | RunFixtureLost
)
