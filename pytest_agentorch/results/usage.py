"""What phases and agents did with the time. Pure."""

from __future__ import annotations

import enum
from collections import defaultdict
from collections.abc import Iterable, Sequence

from pytest_agentorch.model.agent_event import AgentCost
from pytest_agentorch.model.frozen import Frozen
from pytest_agentorch.model.ids import AgentId, PhaseName, SlotId
from pytest_agentorch.model.outcome import Outcome
from pytest_agentorch.results.result import TestResult
from pytest_agentorch.results.tally import Tally

WELL_USED = 0.75
"""An efficiency above which nobody has waited for long."""


class AgentState(enum.Enum):
    """Where an agent is in its life."""

    ACTIVE = "active"
    TERMINATED = "terminated"
    FAILED = "failed"


class AgentSummary(Frozen):
    """One agent process; under isolation all those of a slot.

    Attributes:
        processes: how many they were.
        pid: None if it never connected.
        tally: the verdicts that it gave.
        busy_seconds: the time in tests, those that it died of included.
        status: how the process ended, in words; empty while it lives or if nobody knows.
        connected, ready, ended: when; None if it did not (yet).
        cost: what it has needed; None if it has not told.
        peak_memory: the most bytes that it had, what it has started included as far as that was
            seen; None if nobody knows.
        cpu_seconds: how long it was computing, until it was looked at last; None if it never was.
        cpu_percent: the same as a share of that time: 100 is one CPU.
        threads, open_files: the most that it had; None if nobody has looked.
    """

    agent: AgentId
    slot: SlotId
    pid: int | None
    state: AgentState
    status: str
    tally: Tally
    busy_seconds: float
    connected: float | None
    ended: float | None
    processes: int = 1
    ready: float | None = None
    cost: AgentCost | None = None
    peak_memory: int | None = None
    cpu_seconds: float | None = None
    cpu_percent: float | None = None
    threads: int | None = None
    open_files: int | None = None

    @property
    def tests(self) -> int:
        """How many verdicts it gave."""
        return self.tally.ran


class PhaseSummary(Frozen):
    """One phase.

    Attributes:
        agents: in how many slots its tests ran.
        agents_allowed: in how many they might have run; None if the phase did not begin.
        busy_seconds: the time that its tests have kept agents busy.
        wall_seconds: from the start of its first test to the end of its last.
        longest_seconds: its longest test.
    """

    phase: PhaseName
    tally: Tally
    agents: int
    agents_allowed: int | None
    busy_seconds: float
    wall_seconds: float
    longest_seconds: float


class Usage(Frozen):
    """How well the agents were used by some tests."""

    busy_seconds: float
    wall_seconds: float
    longest_seconds: float
    slots: frozenset[SlotId]

    @property
    def efficiency(self) -> float:
        """Busy time as a share of what the used agents had, from 0.0 to 1.0."""
        available = len(self.slots) * self.wall_seconds
        return min(1.0, self.busy_seconds / available) if available > 0 else 0.0

    @property
    def limit_seconds(self) -> float:
        """No schedule can be faster with these agents: the work shared out, or the longest test."""
        return max(self.longest_seconds, self.busy_seconds / max(1, len(self.slots)))


def usage_of(results: Iterable[TestResult], *, now: float) -> Usage:
    """Measure tests. One that runs now counts for the wall until `now`, and not as busy yet.

    What an earlier run did has kept no agent of this one busy.
    """
    first, last = float("inf"), float("-inf")
    busy = longest = 0.0
    slots: set[SlotId] = set()
    for result in results:
        if result.kept is not None:
            continue
        for attempt in result.vain:
            first, last = min(first, attempt.started), max(last, attempt.ended)
            busy += attempt.seconds
            slots.add(attempt.slot)
        if result.started is not None:
            ended = now if result.outcome is None else result.started + result.seconds
            first, last = min(first, result.started), max(last, ended)
        if result.slot is not None:
            slots.add(result.slot)
        busy += 0.0 if result.given_up is not None else result.seconds
        longest = max(longest, result.seconds)
    return Usage(
        busy_seconds=busy,
        wall_seconds=max(0.0, last - first) if slots else 0.0,
        longest_seconds=longest,
        slots=frozenset(slots),
    )


def phase_summary(
    phase: PhaseName, results: Sequence[TestResult], *, agents_allowed: int | None, now: float
) -> PhaseSummary:
    """Sum up the tests of one phase."""
    usage = usage_of(results, now=now)
    return PhaseSummary(
        phase=phase,
        tally=Tally.of(result.outcome for result in results),
        agents=len(usage.slots),
        agents_allowed=agents_allowed,
        busy_seconds=usage.busy_seconds,
        wall_seconds=usage.wall_seconds,
        longest_seconds=usage.longest_seconds,
    )


class Work(Frozen):
    """What one agent did.

    Attributes:
        outcomes: the verdicts that it gave.
        memory: the most bytes that it had in a test; 0 if that was nothing notable.
    """

    outcomes: tuple[Outcome, ...]
    busy_seconds: float
    memory: int = 0


def work_by_agent(results: Iterable[TestResult]) -> dict[AgentId, Work]:
    """Attribute verdicts and time to the processes that gave and spent them."""
    outcomes: defaultdict[AgentId, list[Outcome]] = defaultdict(list)
    busy: defaultdict[AgentId, float] = defaultdict(float)
    memory: defaultdict[AgentId, int] = defaultdict(int)
    for result in results:
        if result.kept is not None:
            continue
        for attempt in result.vain:
            busy[attempt.agent] += attempt.seconds
        if result.agent is not None and result.outcome is not None:
            outcomes[result.agent].append(result.outcome)
            memory[result.agent] = max(memory[result.agent], result.memory)
            busy[result.agent] += 0.0 if result.given_up is not None else result.seconds
    return {
        agent: Work(outcomes=tuple(outcomes[agent]), busy_seconds=seconds, memory=memory[agent])
        for agent, seconds in list(busy.items())
    }
