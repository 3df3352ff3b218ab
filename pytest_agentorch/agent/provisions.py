"""The provisions of an agent: it takes what it was allotted when it begins to run tests.

Not before: what is forked afterwards would take it once more.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from functools import partial
from typing import TypeVar

from pytest_agentorch.agent.openblas import limit_pools
from pytest_agentorch.model.allotment import Allotment
from pytest_agentorch.system.affinity import bind, own_threads
from pytest_agentorch.system.limits import known_limits, set_limit

T = TypeVar("T")

_ENVIRONMENT = os.environ
_NOTHING = nullcontext()


class Provisions:
    """What this process has of the machine.

    Args:
        allotment: what it is to have; known when it begins to run tests.
        complain: what is called with each of it that it cannot have.
    """

    def __init__(self, allotment: Callable[[], Allotment], complain: Callable[[str], None]) -> None:
        self._allotment = allotment
        self._complain = complain
        self._threads = 1

    def take(self) -> None:
        """Take it, for this process and all that it starts."""
        allotment = self._allotment()
        self._compute_in(allotment.threads)
        if allotment.cpus:
            self._attempt("affinity", bind, allotment.cpus)
        if allotment.nice and hasattr(os, "nice"):
            self._attempt("nice", _be_nice, allotment.nice)
        for limit in allotment.rlimits if known_limits() else ():
            self._attempt(f"rlimits {limit.name}", partial(set_limit, limit.name), limit.number)

    def for_threads(self, threads: int | None) -> AbstractContextManager[None]:
        """Have what a test needs that computes in so many threads, for as long as it runs."""
        if threads is None or threads == self._threads:
            return _NOTHING
        return self._wider(threads)

    @contextmanager
    def _wider(self, threads: int) -> Iterator[None]:
        allotment, before = self._allotment(), self._threads
        is_wider = threads > len(allotment.cpus) > 0
        self._compute_in(threads)
        if is_wider:
            self._attempt("affinity", bind, allotment.all_cpus)
        try:
            yield
        finally:
            self._compute_in(before)
            if is_wider:
                self._attempt("affinity", bind, allotment.cpus)

    def _compute_in(self, threads: int) -> None:
        """Let numeric libraries use so many threads, unless somebody has said how many."""
        if threads == self._threads:
            return
        variables = self._allotment().variables
        ours = [name for name in variables if _ENVIRONMENT.get(name) == str(self._threads)]
        _ENVIRONMENT.update(dict.fromkeys(ours, str(threads)))
        self._threads = threads
        if "OMP_NUM_THREADS" in ours and "OPENBLAS_NUM_THREADS" in ours:
            _limit_pools(threads)

    def _attempt(self, what: str, action: Callable[[T], None], wanted: T) -> None:
        try:
            action(wanted)
        except (OSError, ValueError) as error:
            self._complain(f"{what} of [tool.agentorch.agent] cannot be had: {error}")


def _limit_pools(threads: int) -> None:
    """What is loaded has read the environment already."""
    control = sys.modules.get("threadpoolctl")
    if control is None:
        limit_pools(threads)
    else:
        control.threadpool_limits(limits=threads)


def _be_nice(increment: int) -> None:
    """All threads: on Linux each has its own niceness."""
    wanted = os.getpriority(os.PRIO_PROCESS, 0) + increment
    for thread in own_threads():
        with suppress(ProcessLookupError):
            os.setpriority(os.PRIO_PROCESS, thread, wanted)
