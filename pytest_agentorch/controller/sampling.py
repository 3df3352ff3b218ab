"""Sampling: what agents take is looked at now and then, once a run has lasted a while."""

from __future__ import annotations

import contextlib
import math
import os
from collections.abc import Callable, Mapping, Sequence

import psutil

from pytest_agentorch.controller.notice import AgentsLookedAt, Notice
from pytest_agentorch.model.ids import AgentId
from pytest_agentorch.model.memory_event import AgentSample
from pytest_agentorch.model.memory_limit import NOTABLE_BYTES
from pytest_agentorch.system.census import Count, new_census
from pytest_agentorch.system.clock import CLOCK
from pytest_agentorch.system.host import Host
from pytest_agentorch.system.native import Event, SimpleQueue, start_thread
from pytest_agentorch.system.oom_killer import OomKiller
from pytest_agentorch.system.pressure import Pressure

SECONDS = 1.0
"""So long a run goes without it, and so long it is to the next look; less with limits."""
_MUCH = 0.8
"""Of a budget: no look at a run that has more is passed over."""
_CONTROLLER = AgentId("controller")


class Sampling:
    """Looks at agents.

    Args:
        pids: the processes of those that live.
        inbox: what is seen goes there.
        hard: how many bytes an agent may have; 0 for any.
        budget: how many all processes of the run may have; 0 for any.
    """

    def __init__(
        self,
        pids: Callable[[], Mapping[AgentId, int]],
        inbox: SimpleQueue[Notice],
        *,
        hard: int,
        budget: int,
    ) -> None:
        self._hard = hard or math.inf
        self._much = _MUCH * budget or math.inf
        self._least = math.inf
        self._pids = pids
        self._inbox = inbox
        self._census = new_census()
        self._host = Host()
        self._seconds = self._census.pause_seconds if hard or budget else SECONDS
        self._oom_killer: OomKiller | None = None
        self._pressure: Pressure | None = None
        self._short = False
        self._ended = Event()

    @property
    def oom_has_killed(self) -> bool:
        """Whether the kernel has killed somebody just now for want of memory."""
        return self._oom_killer is not None and self._oom_killer.has_killed()

    def __enter__(self) -> None:
        start_thread(self._watch)

    def __exit__(self, *_error: object) -> None:
        self._ended.set()

    def _watch(self) -> None:
        self._oom_killer = OomKiller(CLOCK)
        told_at = 0.0
        while not self._ended.wait(self._seconds):
            at = CLOCK()
            is_due = at - told_at >= SECONDS
            self._short = self._is_short() if is_due else self._short
            # Where the system tells nothing now, it may do so the next time.
            with contextlib.suppress(OSError, psutil.Error):
                notice = self._look(at, files=is_due)
                # Who waits for it need not be woken more often for what is as ever.
                if is_due or notice.large or notice.total > self._much:
                    told_at = at if is_due else told_at
                    self._inbox.put(notice)

    def _look(self, at: float, *, files: bool) -> AgentsLookedAt:
        pids = self._pids()
        counts = self._census.take({os.getpid(), *pids.values()}, files=files)
        samples = tuple(
            _sample(agent, counts[pid])
            for agent, pid in pids.items()
            # What has no memory any more is about to be gone.
            if pid in counts and counts[pid].memory
        )
        total = sum(count.memory for count in counts.values())
        return AgentsLookedAt(
            samples=samples,
            controller=_sample(_CONTROLLER, counts.get(os.getpid(), Count())),
            host=self._host.use(),
            total=total,
            short=self._short,
            large=self._large(samples),
            at=at,
        )

    def _is_short(self) -> bool:
        if self._pressure is None:
            # A short run needs none.
            self._pressure = Pressure(CLOCK)
        return self._pressure.is_short()

    def _large(self, samples: Sequence[AgentSample]) -> tuple[AgentId, ...]:
        self._least = min(self._least, *(sample.memory for sample in samples), math.inf)
        bound = min(self._hard, self._least + NOTABLE_BYTES)
        return tuple(sample.agent for sample in samples if sample.memory > bound)


def _sample(agent: AgentId, count: Count) -> AgentSample:
    return AgentSample(
        agent=agent,
        memory=count.memory,
        cpu_seconds=count.cpu_seconds,
        threads=count.threads,
        open_files=count.open_files,
    )
