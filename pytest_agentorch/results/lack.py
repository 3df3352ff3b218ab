"""What an agent has not collected although another one has. Pure."""

from __future__ import annotations

from pytest_agentorch.model.event import AgentReady, Event, TestsMissing
from pytest_agentorch.model.frozen import Frozen
from pytest_agentorch.model.ids import AgentId, TestId


class Lack(Frozen):
    """Some tests that an agent could not run.

    Attributes:
        reason: why, in one line; empty if nobody knows.
    """

    agent: AgentId
    tests: tuple[TestId, ...]
    reason: str


def lack_of(event: Event) -> Lack | None:
    """Take it from what an agent has said; None if it has said something else."""
    match event:
        case TestsMissing():
            return Lack(agent=event.agent, tests=event.tests, reason=event.reason)
        case AgentReady(missing=(_, *_)):
            return Lack(agent=event.agent, tests=event.missing, reason="")
    return None
