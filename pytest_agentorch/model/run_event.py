"""When a run begins and ends, and what it has from an earlier one, as events."""

from __future__ import annotations

from typing import ClassVar

from pytest_agentorch.model.attempt import Attempt
from pytest_agentorch.model.frozen import Frozen
from pytest_agentorch.model.ids import RunId, TestId
from pytest_agentorch.model.outcome import Outcome
from pytest_agentorch.model.stop_reason import StopReason


class RunStarted(Frozen):
    """A run begins.

    Attributes:
        isolate: what has a process of its own: `none`, `file` or `test`.
        cpus: how many CPUs this run may use; 0.0 if nobody knows.
        memory: how many bytes all of its processes may have together; 0 if nobody knows.
        goal: what a good number of agents is: `time`, `cost` or `balance`.
    """

    run: RunId
    agents: int
    asked: str
    dist: str
    rootdir: str
    at: float
    isolate: str = "none"
    cpus: float = 0.0
    memory: int = 0
    goal: str = "balance"


class RunResumed(Frozen):
    """The run finishes an earlier one. Told before the plan, as is every `TestKept`.

    So a log with a plan has all of them, wherever its writer was killed.

    Attributes:
        gone: node ids of tests of that run that are not there any more.
    """

    run: RunId
    gone: tuple[str, ...]
    at: float


class TestKept(Frozen):
    """A test has its verdict from an earlier run, and is not run again.

    Attributes:
        run: which one that was.
        vain: the attempts before the one that gave the verdict.
        reused: it has passed there, and nothing has changed since that it depends on.
        The others are as in `TestFinished`; `started` is None if no attempt began.
    """

    __test__: ClassVar[bool] = False

    run: RunId
    test: TestId
    outcome: Outcome
    failed_in: tuple[str, ...]
    started: float | None
    seconds: float
    message: str
    trace: str
    stdout: str
    stderr: str
    vain: tuple[Attempt, ...]
    flaky: bool
    at: float
    reused: bool = False


class RunFinished(Frozen):
    """The run is over. `not_run` counts tests without a verdict.

    Attributes:
        controller_seconds: how long the controller has computed since there was a plan.
    """

    reason: StopReason
    message: str
    not_run: int
    at: float
    controller_seconds: float = 0.0
