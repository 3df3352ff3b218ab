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


class SharedSetup(Frozen):
    """The set-up of a test has made what other tests of its process use, too."""

    test: TestId
    seconds: float
    cpu_seconds: float


class AgentCost(Frozen):
    """What an agent has needed.

    Attributes:
        start_cpu_seconds: what it computed before it could run tests.
        cpu_seconds: what it computed from then on, its tests included.
        delay_seconds: how long it might have computed and had no CPU; 0.0 if nobody knows.
        setups: those that took long, of what its tests share.
    """

    start_cpu_seconds: float
    cpu_seconds: float
    delay_seconds: float
    setups: tuple[SharedSetup, ...] = ()


class AgentDone(Frozen):
    """An agent has ended its session and has nothing left to say."""

    agent: AgentId
    at: float
    cost: AgentCost | None = None


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
