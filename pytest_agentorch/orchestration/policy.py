"""What the user decided about a run, as far as the orchestrator needs it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from pytest_agentorch.model.frozen import Frozen
from pytest_agentorch.model.ids import PhaseName
from pytest_agentorch.model.retry import Flaky, RetryWay
from pytest_agentorch.model.settings import Crash, Settings


class Policy(Frozen):
    """What the user decided.

    Attributes:
        stop_after: end the run after so many failures; 0 for never.
        grace_seconds: how long an interrupted agent may take to tear down.
        timeout: how long a test may run, in seconds; 0 for as long as it likes.
        phase_timeouts: the same where a phase has its own.
        retries: how often a test may run again that has failed.
        phase_retries: the same where a phase has its own.
        retry: where and when it does.
        retry_delay: the least time before it does, in seconds; twice as long before each next one.
        flaky: what a test counts as that has passed then.
        phase_limits: how long a phase may take, in seconds, where it has a limit.
        ends_at: when the run has had its time; None if it may take as long as it likes.
        memory_soft, memory_hard: how many bytes an agent may keep, and may have; 0 for any.
        memory: how many all processes of the run may have together; 0 for any.
        overdue: a test that has run for so long is told of, without harm; 0 for never.
        reviews_phases, reviews_waves: whether plugins want to be told when one is over.
    """

    stop_after: int = 0
    crash: Crash = Crash.RERUN
    grace_seconds: float = 10.0
    timeout: float = 0.0
    phase_timeouts: Mapping[PhaseName, float] = MappingProxyType({})
    overdue: float = 0.0
    retries: int = 0
    phase_retries: Mapping[PhaseName, int] = MappingProxyType({})
    retry: RetryWay = RetryWay.SOON
    retry_delay: float = 0.0
    flaky: Flaky = Flaky.PASS
    phase_limits: Mapping[PhaseName, float] = MappingProxyType({})
    ends_at: float | None = None
    memory_soft: int = 0
    memory_hard: int = 0
    memory: int = 0
    reviews_phases: bool = False
    reviews_waves: bool = False


def policy_of(settings: Settings, began: float) -> Policy:
    """Take from the settings what the orchestrator needs of a run that began then."""
    own = ((phase.name, phase.timeout) for phase in settings.phases)
    own_retries = ((phase.name, phase.retries) for phase in settings.phases)
    return Policy(
        stop_after=settings.stop_after,
        crash=settings.crash,
        timeout=settings.timeout,
        phase_timeouts={name: timeout for name, timeout in own if timeout is not None},
        overdue=settings.overdue,
        phase_limits={p.name: p.phase_timeout for p in settings.phases if p.phase_timeout},
        retries=settings.retries,
        phase_retries={name: retries for name, retries in own_retries if retries is not None},
        retry=settings.retry,
        retry_delay=settings.retry_delay,
        flaky=settings.flaky,
        ends_at=began + settings.run_timeout if settings.run_timeout else None,
        memory_soft=settings.resources.agent.memory_soft,
        memory_hard=settings.resources.agent.memory_hard,
        memory=settings.resources.memory,
    )
