"""How the machine is divided."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_agentorch.model.allotment import Allotment
from pytest_agentorch.model.ids import SlotId
from pytest_agentorch.model.needs import AgentShare, Count, Needs, ResourceSettings
from pytest_agentorch.orchestration.allot import THREAD_VARIABLES, allot, threads_of
from tests.unit.settings_builder import some_settings


def allotted(
    slot: str = "gw0", cpus: int = 8, given: tuple[str, ...] = (), **more: Any
) -> Allotment:
    """What a slot gets of so many CPUs, numbered from 10."""
    share = AgentShare(**{"affinity": True, **more.pop("share", {})})
    settings = some_settings(
        **{
            "cpus": float(cpus),
            "resource_limit": 1.0,
            "resources": ResourceSettings(agent=share),
            **more,
        }
    )
    return allot(SlotId(slot), settings, cpus=range(10, 10 + cpus), given=given)


@pytest.mark.parametrize(
    ("agents", "cpus", "limit", "threads"),
    [
        (1, 8, 1.0, 8),
        (2, 8, 1.0, 4),
        (3, 8, 1.0, 2),
        (8, 8, 1.0, 1),
        (16, 8, 1.0, 1),
        (2, 8, 0.8, 3),
    ],
)
def test_an_agent_computes_on_its_part_of_the_cpus(
    agents: int, cpus: int, limit: float, threads: int
) -> None:
    """Whole CPUs, one at least."""
    assert allotted(cpus=cpus, agents=agents, resource_limit=limit).threads == threads


def test_what_other_runs_compute_on_is_not_divided() -> None:
    """One CPU at least."""
    assert allotted(cpus=8, agents=2, taken_cpus=4).threads == 2
    assert allotted(cpus=8, agents=2, taken_cpus=8).threads == 1


def test_what_the_user_has_set_stays() -> None:
    """Only the other variables are ours."""
    assert allotted().variables == THREAD_VARIABLES
    assert allotted(given=("OMP_NUM_THREADS", "HOME")).variables == THREAD_VARIABLES[1:]


@pytest.mark.parametrize(
    ("agents", "cpus", "limit", "own"),
    [
        (2, 4, 1.0, [(10, 11), (12, 13)]),
        (3, 4, 1.0, [(10,), (11,), (12, 13)]),
        (4, 4, 1.0, [(10,), (11,), (12,), (13,)]),
        (3, 2, 1.0, [(10,), (11,), (10,)]),
        (2, 4, 0.5, [(10,), (11,)]),
        (2, 0, 1.0, [(), ()]),
    ],
)
def test_each_slot_has_cpus_of_its_own(
    agents: int, cpus: int, limit: float, own: list[tuple[int, ...]]
) -> None:
    """Neighbours, since these share a cache; where there are too few some share one."""
    found = [
        allotted(f"gw{slot}", cpus, agents=agents, resource_limit=limit) for slot in range(agents)
    ]
    assert [one.cpus for one in found] == own
    assert {one.all_cpus for one in found} == {tuple(sorted({cpu for some in own for cpu in some}))}


def test_nobody_is_bound_who_has_not_asked_for_it() -> None:
    """What was asked for is passed on."""
    rlimits = (Count(name="nofile", number=100),)
    found = allotted(share={"affinity": False, "nice": 5, "rlimits": rlimits})
    assert found.cpus == found.all_cpus == ()
    assert (found.nice, found.rlimits) == (5, rlimits)


def test_a_test_that_says_how_many_cpus_it_needs_computes_in_as_many_threads() -> None:
    """Others do as their agent does."""
    needs = [Needs(), Needs(cpus=0.5), Needs(cpus=2.9), Needs(serial=True)]
    assert threads_of(needs) == {1: 1, 2: 2}
