"""What the orchestrator wants done, in the imperative; the loop performs it."""

from __future__ import annotations

from pytest_agentorch.model.frozen import Frozen
from pytest_agentorch.model.ids import AgentId, PhaseName, SlotId, TestId
from pytest_agentorch.model.stop_reason import StopReason


class StartAgent(Frozen):
    """Start a new process in a free slot."""

    agent: AgentId
    slot: SlotId


class AssignTests(Frozen):
    """Append tests to the queue of an agent.

    Attributes:
        following: a hint, what the agent will probably get after them: what they share stays
            set up. Without it the order is the same.
        again: which of them have failed before.
    """

    agent: AgentId
    tests: tuple[TestId, ...]
    following: TestId | None = None
    again: tuple[TestId, ...] = ()


class TakeBackTests(Frozen):
    """Ask for those of these tests that the agent has not started; it answers with what it had."""

    agent: AgentId
    tests: tuple[TestId, ...]


class ReleaseAgent(Frozen):
    """Let an agent go on that waits after a failure."""

    agent: AgentId


class FinishAgent(Frozen):
    """Let an agent run what it has, tear down and end."""

    agent: AgentId


class InterruptAgent(Frozen):
    """Interrupt the running test, as Ctrl-C does; the agent tears down and ends."""

    agent: AgentId


class KillAgent(Frozen):
    """End the process and its children at once."""

    agent: AgentId


class TerminateAgent(Frozen):
    """End a process that does not heed anything any more, and its children.

    It writes down what each of its threads is doing, is asked to end, and is killed if it does not.
    """

    agent: AgentId


class ShowStacks(Frozen):
    """Let an agent tell what each of its threads is doing, if the test still runs; it goes on."""

    agent: AgentId
    test: TestId


class EndTest(Frozen):
    """Let a test fail that has had its time, where it is; its agent tears it down and goes on.

    Attributes:
        message: what it fails with.
    """

    agent: AgentId
    test: TestId
    message: str


class ReviewPhase(Frozen):
    """Tell plugins of a phase that is over, or of a wave, and answer with `PhaseReviewed`.

    Attributes:
        wave: its number; 0 for the phase.
        tests: those of the wave; empty for the phase.
    """

    phase: PhaseName
    wave: int
    tests: tuple[TestId, ...]


class WakeAt(Frozen):
    """Send `TimePassed` at this moment."""

    at: float


class EndRun(Frozen):
    """Nothing is left to do."""

    reason: StopReason
    message: str


Command = (
    StartAgent
    | AssignTests
    | TakeBackTests
    | ReleaseAgent
    | FinishAgent
    | InterruptAgent
    | KillAgent
    | TerminateAgent
    | ShowStacks
    | EndTest
    | ReviewPhase
    | WakeAt
    | EndRun
)
