"""What agents take of the machine, and what follows from it, as events."""

from __future__ import annotations

from typing import ClassVar

from pytest_agentorch.model.frozen import Frozen
from pytest_agentorch.model.ids import AgentId, TestId


class AgentSample(Frozen):
    """An agent process together with all that it has started.

    Attributes:
        memory: resident bytes.
        cpu_seconds: computed since it began.
        threads, open_files: how many there are; files are not counted each time: then it is None.
    """

    agent: AgentId
    memory: int
    cpu_seconds: float = 0.0
    threads: int = 0
    open_files: int | None = None


class AgentsSampled(Frozen):
    """What agents take now. It is not published: there are many of these.

    Attributes:
        total: resident bytes of all processes of the run, the controller included.
        short: whether the machine is short of memory: its processes wait for it, or hardly any is
            left.
    """

    samples: tuple[AgentSample, ...]
    total: int
    short: bool
    at: float


class AgentsMeasured(Frozen):
    """The most that agents have taken so far; now and then, and when one ends."""

    most: tuple[AgentSample, ...]
    at: float


class AgentGrown(Frozen):
    """After a test an agent has more memory than it may keep; it waits for a word."""

    agent: AgentId
    memory: int
    at: float


class MemoryExceeded(Frozen):
    """A test has ended and had more than `memory_hard` allows: it fails (incident `memory-limit`).

    Attributes:
        memory: the most bytes that its agent had.
        limit: how many it may have.
    """

    slug: ClassVar[str] = "memory-limit"

    agent: AgentId
    test: TestId
    memory: int
    limit: int
    at: float


class SoftLimitLow(Frozen):
    """The first test of an agent leaves it above `memory_soft` (incident `memory-soft-low`).

    Attributes:
        memory: what it has after it.
        limit: what it may keep.
    """

    slug: ClassVar[str] = "memory-soft-low"

    agent: AgentId
    memory: int
    limit: int
    at: float


class MemoryShort(Frozen):
    """Memory is short: fewer agents are busy at once for a while (incident `memory-short`).

    Attributes:
        agents: so many at first; it may become fewer.
        total: resident bytes of all processes of the run.
        budget: how many it may have; 0 for any: it is the machine that has not enough.
    """

    slug: ClassVar[str] = "memory-short"

    agents: int
    total: int
    budget: int
    at: float


MemoryNews = AgentsSampled | AgentGrown
"""What the orchestrator is told."""
MemoryIncident = MemoryExceeded | SoftLimitLow | MemoryShort
