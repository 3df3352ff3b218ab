"""What happens to an agent, from its connection to its end."""

from __future__ import annotations

from pytest_agentorch.model.exit_status import ExitStatus
from pytest_agentorch.model.frozen import Frozen
from pytest_agentorch.model.ids import AgentId, SlotId, TestId


class AgentConnected(Frozen):
    """The process of an agent is up."""

    agent: AgentId
    slot: SlotId
    pid: int
    at: float


class AgentReady(Frozen):
    """An agent can run every test of the plan but those in `missing`, as far as it knows."""

    agent: AgentId
    missing: tuple[TestId, ...]
    at: float


class AgentDone(Frozen):
    """An agent has ended its session and has nothing left to say."""

    agent: AgentId
    at: float


class AgentExited(Frozen):
    """The process of an agent is gone. `output` is the last that it wrote."""

    agent: AgentId
    status: ExitStatus
    output: str
    at: float


class AgentMisspoke(Frozen):
    """An agent said what makes no sense, or what cannot be true now: it is not heeded any more.

    Attributes:
        reason: what it said, in one line.
        story: what had happened to it before, the latest last.
    """

    agent: AgentId
    reason: str
    story: tuple[str, ...] = ()
    at: float
