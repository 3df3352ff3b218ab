"""What it means that something in an agent has asked pytest to stop."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from pytest_agentorch.controller.gathering import AgentInternalError
from pytest_agentorch.model.ids import AgentId
from pytest_agentorch.model.stop_reason import StopReason
from pytest_agentorch.protocol.to_controller import StopAsked


class StopWish(NamedTuple):
    """Why a run is to stop, and what it then ends with.

    Attributes:
        failure: what is raised at the end; None if it ends as pytest ends by itself.
    """

    reason: StopReason
    text: str
    failure: BaseException | None = None


def pass_on(session: pytest.Session, agent: AgentId, asked: StopAsked) -> StopWish:
    """Tell the session here what the one in an agent was told."""
    text = "\n".join(asked.arguments)
    match asked.kind:
        case "shouldfail":
            session.shouldfail = session.shouldfail or text
            return StopWish(StopReason.REQUESTED, text)
        case "shouldstop":
            session.shouldstop = session.shouldstop or text
            return StopWish(StopReason.REQUESTED, text)
        case "exit":
            error = pytest.exit.Exception(text, asked.returncode)
            return StopWish(StopReason.INTERRUPTED, text, error)
        case "interrupt":
            return StopWish(StopReason.INTERRUPTED, text, KeyboardInterrupt())
        case _:
            failure = AgentInternalError(f"in agent {agent}:\n{text}")
            return StopWish(StopReason.INTERNAL_ERROR, text, failure)
