"""What the orchestrator wants done, in the imperative; the loop performs it."""

from __future__ import annotations

from dataclasses import dataclass, field

from pytest_agentorch.model.ids import AgentId, SlotId, TestId
from pytest_agentorch.model.stop_reason import StopReason


@dataclass(frozen=True, slots=True, kw_only=True)
class StartAgent:
    """Start a new process in a free slot."""

    agent: AgentId
    slot: SlotId


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignTests:
    """Append tests to the queue of an agent.

    Attributes:
        following: a hint, what the agent will probably get after them: what they share stays
            set up. Without it the order is the same.
    """

    agent: AgentId
    tests: tuple[TestId, ...]
    following: TestId | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeBackTests:
    """Ask for those of these tests that the agent has not started; it answers with what it had."""

    agent: AgentId
    tests: tuple[TestId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseAgent:
    """Let an agent go on that waits after a failure."""

    agent: AgentId


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishAgent:
    """Let an agent run what it has, tear down and end."""

    agent: AgentId


@dataclass(frozen=True, slots=True, kw_only=True)
class InterruptAgent:
    """Interrupt the running test, as Ctrl-C does; the agent tears down and ends."""

    agent: AgentId


@dataclass(frozen=True, slots=True, kw_only=True)
class KillAgent:
    """End the process and its children at once."""

    agent: AgentId


@dataclass(frozen=True, slots=True, kw_only=True)
class WakeAt:
    """Send `TimePassed` at this moment."""

    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class EndRun:
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
    | WakeAt
    | EndRun
)
