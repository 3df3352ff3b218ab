"""How the machine is divided between agents."""

from __future__ import annotations

from collections.abc import Container, Sequence

from pytest_agentorch.model.allotment import Allotment
from pytest_agentorch.model.ids import SlotId, TestId
from pytest_agentorch.model.needs import Needs
from pytest_agentorch.model.settings import Settings
from pytest_agentorch.orchestration.demand import usable_cpus

THREAD_VARIABLES = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "BLIS_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
)
"""What numeric libraries read. A suite can raise each of these numbers while it runs."""


def allot(
    slot: SlotId, settings: Settings, *, cpus: Sequence[int], given: Container[str]
) -> Allotment:
    """Return what the agent in a slot gets.

    Args:
        slot: where it runs.
        settings: of the run.
        cpus: the CPUs that this process may use; empty if it cannot be bound to any.
        given: the variables of the environment that the user has set.
    """
    share = settings.resources.agent
    free = usable_cpus(settings) - settings.taken_cpus
    usable = cpus[: usable_cpus(settings)] if share.affinity else ()
    return Allotment(
        threads=max(1, free // settings.agents),
        variables=tuple(name for name in THREAD_VARIABLES if name not in given),
        cpus=_own(int(slot.removeprefix("gw")), settings.agents, usable),
        all_cpus=tuple(usable),
        nice=share.nice,
        rlimits=share.rlimits,
    )


def threads_of(needs: Sequence[Needs]) -> dict[TestId, int]:
    """Return in how many threads tests compute that say how many CPUs they need."""
    return {
        TestId(test): max(1, int(one.cpus))
        for test, one in enumerate(needs)
        if one.cpus is not None
    }


def _own(number: int, agents: int, cpus: Sequence[int]) -> tuple[int, ...]:
    """Neighbours for each agent; where there are more agents than CPUs some share one."""
    if agents >= len(cpus):
        return (cpus[number % len(cpus)],) if cpus else ()
    first, end = (len(cpus) * edge // agents for edge in (number, number + 1))
    return tuple(cpus[first:end])
