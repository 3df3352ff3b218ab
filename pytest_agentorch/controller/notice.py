"""What arrives in the controller's inbox, from other threads and from signal handlers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pytest_agentorch.model.ids import AgentId
from pytest_agentorch.protocol.to_controller import ToController


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentOpened:
    """The process is there and can be told what to do."""

    agent: AgentId


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentSpoke:
    """A batch of messages, in order."""

    agent: AgentId
    messages: Sequence[ToController]


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentGone:
    """The process is gone, and everything it had sent has arrived.

    Attributes:
        returncode: as `subprocess` has it; None if the process never came up.
        error: what went wrong outside of pytest, empty if nothing is known.
    """

    agent: AgentId
    returncode: int | None
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ZygoteGone:
    """The process that forks agents is gone before its time; its agents are not."""

    returncode: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalArrived:
    """Ctrl-C or SIGTERM."""

    name: str


Notice = AgentOpened | AgentSpoke | AgentGone | ZygoteGone | SignalArrived
