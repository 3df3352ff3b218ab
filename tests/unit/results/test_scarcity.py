"""What tests needed of which there was not enough for all of them at once."""

from __future__ import annotations

from typing import Any

from pytest_agentorch.model.demand import Demand
from pytest_agentorch.model.ids import TestId
from pytest_agentorch.model.needs import Count, Needs
from pytest_agentorch.model.supply import Supply
from pytest_agentorch.results.bottleneck import Kind, bound_by, limits_of
from pytest_agentorch.results.scarcity import scarcities
from tests.unit.results.measured_run import measured, shape

MIB = 1 << 20
THERE = Supply(cpus=2000, counts=(Count(name="postgres", number=2),))


def a_demand(*tests: int, **needs: Any) -> Demand:
    """What these tests need."""
    return Demand(tests=tuple(map(TestId, tests)), needs=Needs(**needs))


def found(*demands: Demand, **changes: Any) -> dict[str, float]:
    """What was scarce in a run of four tests of one second on two agents."""
    changes = {"supply": THERE, **changes}
    return dict(scarcities(measured((1.0, 1.0), (1.0, 1.0), demands=demands, **changes)))


def test_each_test_has_its_part_of_what_it_needs() -> None:
    """Of a resource as many as it asks for; a lock that it writes, and serial, as a whole."""
    one, two = (Count(name="postgres", number=number) for number in (1, 2))
    assert found(
        a_demand(0, counts=(one,)),
        a_demand(1, counts=(two,), writes=("db",)),
        a_demand(3, serial=True, exclusive=True, reads=("db",)),
    ) == {
        "postgres": 1.5,
        "the lock db": 1.0,
        "exclusive tests": 1.0,
        "serial tests": 1.0,
    }


def test_where_nothing_is_needed_nothing_is_scarce() -> None:
    """Most runs."""
    assert found() == {}


def test_cpus_are_scarce_if_agents_had_to_wait_for_them() -> None:
    """What needs nothing has its part of them, too."""
    assert found(a_demand(0, 1, 2, cpus=2.0)) == {"the CPUs asked for": 3.5}
    assert found(a_demand(0, 1, 2, cpus=1.0)) == {}
    assert found(a_demand(0, 1, 2, cpus=0.5)) == {}


def test_memory_is_scarce_likewise() -> None:
    """Whether somebody has written it down or not."""
    shapes = (shape(memory=512 * MIB),)
    memory = Supply(cpus=2000, memory=1024 * MIB, asked=True)
    assert found(supply=memory, shapes=shapes, agents=8) == {"the memory asked for": 2.0}
    assert found(supply=memory, shapes=shapes, agents=2) == {}
    declared = a_demand(0, 1, memory=1024 * MIB)
    assert found(declared, supply=memory, shapes=shapes) == {"the memory asked for": 3.0}


def test_what_is_large_does_not_fit_beside_itself() -> None:
    """Two thirds each: one after the other, though a third is free meanwhile."""
    there = Supply(cpus=3000, counts=())
    assert found(a_demand(0, 1, 2, 3, cpus=2.0), supply=there) == {"the CPUs asked for": 4.0}
    there = Supply(cpus=5000, counts=())
    run = found(a_demand(0, 1, 2, 3, cpus=2.0), supply=there, agents=4)
    assert run == {"the CPUs asked for": 2.0}


def test_they_bind_the_run() -> None:
    """Not the number of agents, which is what would otherwise be said."""
    run = measured((1.0,) * 8, demands=(a_demand(*range(8), cpus=2.0),), supply=THERE, agents=2)
    bound = bound_by(run, limits_of(run))
    assert bound is not None
    assert (bound.kind, bound.what, bound.seconds) == (Kind.RESOURCE, "the CPUs asked for", 8.0)
