"""What the orchestrator wants done, in the imperative; the loop performs it."""

from __future__ import annotations

from dataclasses import dataclass

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
        following: what the agent is expected to get after them, None if that is open. It keeps
            what they share set up.
    """

    agent: AgentId
    tests: tuple[TestId, ...]
    following: TestId | None = None


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
