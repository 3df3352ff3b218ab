"""What a process gets of the machine when it runs tests."""

from __future__ import annotations

from pytest_agentorch.model.frozen import Frozen
from pytest_agentorch.model.needs import Count


class Allotment(Frozen):
    """What an agent, and all that it starts, may use.

    Attributes:
        threads: in how many threads a numeric library computes.
        variables: what says so in the environment, as far as the user has not said it.
        cpus: what it is bound to; empty for whatever the run may use.
        all_cpus: what a test is bound to that needs more; empty if nobody is bound.
        nice: added to its niceness.
        rlimits: by the names of `resource.RLIMIT_*` in small letters, without that prefix.
    """

    threads: int = 1
    variables: tuple[str, ...] = ()
    cpus: tuple[int, ...] = ()
    all_cpus: tuple[int, ...] = ()
    nice: int = 0
    rlimits: tuple[Count, ...] = ()
