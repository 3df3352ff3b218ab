"""The end of one test, as far as it is known. Pure."""

from __future__ import annotations

from typing import ClassVar

from pytest_agentorch.model.attempt import Attempt
from pytest_agentorch.model.event import (
    TestFinished,
    TestGivenUp,
    TestKept,
    TestsAdvanced,
    TestStarted,
)
from pytest_agentorch.model.frozen import Frozen, replace
from pytest_agentorch.model.ids import AgentId, PhaseName, RunId, SlotId
from pytest_agentorch.model.outcome import Outcome
from pytest_agentorch.model.planned_test import PlannedTest

Span = tuple[float, float]
"""From when to when, in seconds since the epoch."""


class TestResult(Frozen):
    """One row of the plan and what became of it.

    Attributes:
        outcome: the verdict; None for a test that has none (yet).
        agent, slot: who gave the verdict or runs the test now; None if nobody has begun.
        started: when the last attempt began; None if nobody has begun.
        seconds: setup, call and teardown of the last attempt; 0.0 while there is no verdict.
        vain: the attempts that gave no verdict, the one included that the test was given up for.
        flaky: it has passed, but not at its first attempt; it may count as failed.
        given_up: why there is a verdict although no attempt ended.
        failed_in: which of setup, call and teardown failed, as far as that is known.
        memory: the most bytes that its process had; 0 if that was nothing notable.
        kept: the earlier run that gave the verdict; None if it is this run's own.
        reused: it has passed there, and nothing has changed since that it depends on.
        advanced: that a plugin has wanted it to run earlier than planned; None if nobody has.
        cpu_seconds: how much of `seconds` its process computed; 0.0 if nobody knows.
    """

    __test__: ClassVar[bool] = False

    planned: PlannedTest
    outcome: Outcome | None
    agent: AgentId | None
    slot: SlotId | None
    started: float | None
    seconds: float
    message: str
    trace: str
    stdout: str
    stderr: str
    vain: tuple[Attempt, ...]
    flaky: bool
    given_up: TestGivenUp | None
    failed_in: tuple[str, ...] = ()
    memory: int = 0
    kept: RunId | None = None
    reused: bool = False
    cpu_seconds: float = 0.0
    advanced: TestsAdvanced | None = None

    @property
    def phase(self) -> PhaseName:
        """The phase that it runs in: the one that it was planned in, or an earlier one."""
        return self.planned.phase if self.advanced is None else self.advanced.phase

    @property
    def node_id(self) -> str:
        """The name that pytest gives it. It may occur more than once in a run."""
        return self.planned.node_id

    @property
    def earlier(self) -> tuple[Attempt, ...]:
        """The attempts before the last one."""
        return self.vain[:-1] if self.given_up is not None else self.vain

    @property
    def attempts(self) -> int:
        """How often it was begun."""
        last_was_lost = self.given_up is not None or self.started is None
        return len(self.vain) + (0 if last_was_lost else 1)

    @property
    def is_rerun(self) -> bool:
        """Whether it ran once more, and that attempt ended."""
        return bool(self.vain) and self.outcome is not None and self.given_up is None

    @property
    def is_flaky(self) -> bool:
        """Whether it was good only at a later attempt, whatever that counts as."""
        good = self.outcome in (Outcome.PASSED, Outcome.XPASSED)
        return self.flaky or (self.is_rerun and good)

    @property
    def busy_seconds(self) -> float:
        """The time that all attempts together have kept agents busy."""
        vain = sum(attempt.seconds for attempt in self.vain)
        return vain if self.given_up is not None else vain + self.seconds

    @property
    def slots(self) -> frozenset[SlotId]:
        """All the slots that it ran in."""
        slots = {attempt.slot for attempt in self.vain}
        if self.slot is not None:
            slots.add(self.slot)
        return frozenset(slots)


def waiting(planned: PlannedTest, vain: tuple[Attempt, ...], why: str = "") -> TestResult:
    """A test that no agent runs and that has no verdict; why, if it will never have one."""
    return TestResult(
        planned=planned,
        outcome=None,
        agent=None,
        slot=None,
        started=None,
        seconds=0.0,
        message=why,
        trace="",
        stdout="",
        stderr="",
        vain=vain,
        flaky=False,
        given_up=None,
        failed_in=(),
        cpu_seconds=0.0,
        memory=0,
        kept=None,
        reused=False,
        advanced=None,
    )


def running(
    planned: PlannedTest, event: TestStarted, slot: SlotId, vain: tuple[Attempt, ...]
) -> TestResult:
    """A test that an agent has begun."""
    return replace(waiting(planned, vain), agent=event.agent, slot=slot, started=event.at)


def finished(
    planned: PlannedTest, event: TestFinished, slot: SlotId, vain: tuple[Attempt, ...]
) -> TestResult:
    """A test with the verdict of an agent."""
    return TestResult(
        planned=planned,
        outcome=event.outcome,
        agent=event.agent,
        slot=slot,
        started=event.started,
        seconds=event.seconds,
        message=event.message,
        trace=event.trace,
        stdout=event.stdout,
        stderr=event.stderr,
        vain=vain,
        flaky=event.flaky,
        given_up=None,
        failed_in=event.failed_in,
        cpu_seconds=event.cpu_seconds,
        memory=event.memory,
        # Defaults that are looked up would cost more than all of this.
        kept=None,
        reused=False,
        advanced=None,
    )


def kept(planned: PlannedTest, event: TestKept) -> TestResult:
    """A test with the verdict of an earlier run: no agent of this one has seen it."""
    return replace(
        waiting(planned, event.vain),
        outcome=event.outcome,
        started=event.started,
        seconds=event.seconds,
        message=event.message,
        trace=event.trace,
        stdout=event.stdout,
        stderr=event.stderr,
        failed_in=event.failed_in,
        flaky=event.flaky,
        kept=event.run,
        reused=event.reused,
    )


def given_up(
    planned: PlannedTest, event: TestGivenUp, slot: SlotId | None, vain: tuple[Attempt, ...]
) -> TestResult:
    """A test that fails because no agent lived to give a verdict."""
    nobody = replace(
        waiting(planned, vain),
        outcome=Outcome.FAILED,
        message=crash_message(event, planned.node_id),
        stderr=event.output,
        given_up=event,
        memory=0 if event.excess is None else event.excess.memory,
    )
    if event.attempts and event.agent is not None:
        return replace(
            nobody,
            agent=event.agent,
            slot=slot,
            started=event.started,
            seconds=max(0.0, event.at - event.started),
        )
    if vain:
        # It was to run again, and nobody was left to do it: the attempt that was lost is its end.
        last = vain[-1]
        return replace(
            nobody,
            agent=last.agent,
            slot=last.slot,
            started=last.started,
            seconds=last.seconds,
            stderr=last.stderr,
        )
    return nobody


def crash_message(event: TestGivenUp, node_id: str) -> str:
    """Why a test was given up, in one line: what the short test summary shows."""
    if not event.attempts:
        return "no agent has collected this test"
    if event.excess is not None:
        return f"{node_id} was ended: {event.excess} [{event.slug}]"
    if event.agent is None:
        return "its agent died, and no other was left to run it again"
    if event.status.reason:
        return f"agent {event.agent} was lost ({event.status})"
    if event.status.returncode is None:
        return f"lost contact with agent {event.agent}"
    verb = "died of" if event.status.signal_name else "ended with"
    return f"agent {event.agent} {verb} {event.status}"
