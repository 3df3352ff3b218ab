"""Deadlines: what becomes of a running test that takes long. Pure.

| a test has run for | it |
|---|---|
| less than `overdue_seconds` | is left alone |
| that | is reported, with the stacks of its process, and goes on |
| its time-out | is asked to end: it fails where it is, and is torn down |
| its time-out and `grace_seconds` more | loses its agent, and fails with what is known |

A limit of 0 is none. Only what has started can be late: to wait for an agent costs no time.
"""

from __future__ import annotations

import enum
import math
from collections.abc import Iterable

from pytest_agentorch.model.frozen import Frozen
from pytest_agentorch.model.ids import AgentId, TestId


class Limits(Frozen):
    """How long a test may run, in seconds; 0 for as long as it likes.

    Attributes:
        timeout: until it is ended.
        overdue: until it is reported, without harm.
        grace: what it has to end by itself, once it was asked to.
    """

    timeout: float
    overdue: float
    grace: float


class Lateness(enum.IntEnum):
    """How late a test is; each step follows the one before it."""

    IN_TIME = 0
    OVERDUE = 1
    ASKED_TO_END = 2
    OUT_OF_PATIENCE = 3


class Late(Frozen):
    """A running test has become later than it was.

    Attributes:
        test: None for the end of an agent's session.
        seconds: how long it has run by now.
        timeout: how long it might.
    """

    agent: AgentId
    test: TestId | None
    lateness: Lateness
    seconds: float
    timeout: float


class _Running:
    """A test that an agent runs, and when it will be later than it is."""

    __slots__ = ("_asked", "_began", "_limits", "agent", "lateness", "test")

    def __init__(self, agent: AgentId, test: TestId | None, at: float, limits: Limits) -> None:
        self.agent = agent
        self.test = test
        self.lateness = Lateness.IN_TIME
        self._began = self._asked = at
        self._limits = limits

    @property
    def next_at(self) -> float:
        """When it will be later; never, if it is infinite."""
        limits = self._limits
        match self.lateness:
            case Lateness.ASKED_TO_END:
                return self._asked + limits.grace
            case Lateness.OUT_OF_PATIENCE:
                return math.inf
            case Lateness.IN_TIME if limits.overdue and limits.overdue < self._timeout:
                return self._began + limits.overdue
            case _:
                return self._began + self._timeout

    def advance(self, at: float) -> Late:
        """Be one step later. The end of a session cannot be asked to end."""
        skips = self.lateness is Lateness.IN_TIME and at - self._began >= self._timeout
        self.lateness = Lateness.ASKED_TO_END if skips else Lateness(self.lateness + 1)
        if self.lateness is Lateness.ASKED_TO_END:
            # Not from the time-out on: the whole machine may have slept meanwhile.
            self._asked = at
            if self.test is None:
                self.lateness = Lateness.OUT_OF_PATIENCE
        return Late(
            agent=self.agent,
            test=self.test,
            lateness=self.lateness,
            seconds=at - self._began,
            timeout=self._limits.timeout,
        )

    def hurry(self, at: float) -> None:
        """Be asked to end."""
        self.lateness, self._asked = Lateness.ASKED_TO_END, at

    @property
    def _timeout(self) -> float:
        return self._limits.timeout or math.inf


class Deadlines:
    """The tests that run now, one per agent."""

    def __init__(self) -> None:
        self._running: dict[AgentId, _Running] = {}

    def begin(self, agent: AgentId, test: TestId | None, at: float, limits: Limits) -> None:
        """Watch a test from its start on, or the end of an agent's session."""
        self._running[agent] = _Running(agent, test, at, limits)

    def hurry(self, agent: AgentId, test: TestId, at: float, limits: Limits) -> None:
        """A test has been asked to end now."""
        running = self._running.get(agent) or _Running(agent, test, at, limits)
        self._running[agent] = running
        running.hurry(at)

    def end(self, agent: AgentId) -> None:
        """The agent's test has ended, or the agent has."""
        self._running.pop(agent, None)

    def was_asked_to_end(self, agent: AgentId) -> bool:
        """Whether the test that an agent runs has had its time."""
        running = self._running.get(agent)
        return running is not None and running.lateness >= Lateness.ASKED_TO_END

    @property
    def next_at(self) -> float | None:
        """When there is something to look at."""
        earliest = min((one.next_at for one in self._running.values()), default=math.inf)
        return None if earliest == math.inf else earliest

    def late(self, at: float) -> Iterable[Late]:
        """Return the tests that have become later by now, by one step each."""
        due = [one for one in self._running.values() if one.next_at <= at]
        return [one.advance(at) for one in due]
