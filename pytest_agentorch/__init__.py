"""pytest-agentorch: runs a pytest suite on several agents, phase by phase, and loses nothing.

PYTEST_DONT_REWRITE: agents import this package before pytest, which would warn about it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pytest_agentorch.agent.bus import AgentBus
    from pytest_agentorch.agent.held_agent import HeldAgent
    from pytest_agentorch.agent.sent import Sent
    from pytest_agentorch.agent.subscription import Subscription
    from pytest_agentorch.model.advance import Advance
    from pytest_agentorch.model.agent_entry import AgentEntry
    from pytest_agentorch.model.agent_view import AgentStatus
    from pytest_agentorch.model.coordination_error import (
        AgentBusError,
        AgentHeldError,
        DocumentLockedError,
        DocumentNameError,
        MessageRefusedError,
        NoDocumentError,
        NoMessageError,
        NotJsonError,
        SharedStateError,
        TaskInUseError,
        UnknownAgentError,
    )
    from pytest_agentorch.model.message import Escalation, Handoff, Message, Priority
    from pytest_agentorch.model.phase_results import PhaseResults
    from pytest_agentorch.model.veto import Veto
    from pytest_agentorch.protocol.message_bus import ControllerBus
    from pytest_agentorch.run_fixture_decorator import run_fixture
    from pytest_agentorch.storage.shared_state import SharedState

__version__ = "0.1.0"

_ERRORS = "model.coordination_error"
_MESSAGE = "model.message"
_HOMES = {
    "Advance": "model.advance",
    "AgentBus": "agent.bus",
    "AgentBusError": _ERRORS,
    "AgentEntry": "model.agent_entry",
    "AgentHeldError": _ERRORS,
    "AgentStatus": "model.agent_view",
    "ControllerBus": "protocol.message_bus",
    "DocumentLockedError": _ERRORS,
    "DocumentNameError": _ERRORS,
    "Escalation": _MESSAGE,
    "Handoff": _MESSAGE,
    "HeldAgent": "agent.held_agent",
    "Message": _MESSAGE,
    "MessageRefusedError": _ERRORS,
    "NoDocumentError": _ERRORS,
    "NoMessageError": _ERRORS,
    "NotJsonError": _ERRORS,
    "PhaseResults": "model.phase_results",
    "Priority": _MESSAGE,
    "Sent": "agent.sent",
    "SharedState": "storage.shared_state",
    "SharedStateError": _ERRORS,
    "Subscription": "agent.subscription",
    "TaskInUseError": _ERRORS,
    "UnknownAgentError": _ERRORS,
    "Veto": "model.veto",
    "run_fixture": "run_fixture_decorator",
}
"""Where public names are. This package is imported in every pytest, and they are only if used."""

__all__ = [
    "Advance",
    "AgentBus",
    "AgentBusError",
    "AgentEntry",
    "AgentHeldError",
    "AgentStatus",
    "ControllerBus",
    "DocumentLockedError",
    "DocumentNameError",
    "Escalation",
    "Handoff",
    "HeldAgent",
    "Message",
    "MessageRefusedError",
    "NoDocumentError",
    "NoMessageError",
    "NotJsonError",
    "PhaseResults",
    "Priority",
    "Sent",
    "SharedState",
    "SharedStateError",
    "Subscription",
    "TaskInUseError",
    "UnknownAgentError",
    "Veto",
    "run_fixture",
]


def __getattr__(name: str) -> object:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    found: object = getattr(import_module(f"{__name__}.{home}"), name)
    return found
