"""What of a plan stays the same on another number of agents."""

from __future__ import annotations

import pytest

from pytest_agentorch.model.demand import Demand
from pytest_agentorch.model.ids import TestId
from pytest_agentorch.model.needs import NO_NEEDS, Needs, ResourceSettings
from pytest_agentorch.model.settings import Dist, Isolate, Parallelism
from pytest_agentorch.orchestration.shape import demands_of, shapes
from tests.unit.orchestration.plans import a_history, a_phase, a_test, planned, some_tests
from tests.unit.settings_builder import some_settings


def test_a_phase_that_nobody_has_named_may_be_spread_over_all_its_tests() -> None:
    """Whatever the number of agents that was asked for."""
    (shape,) = shapes(planned(some_tests(7)), some_settings(phases=(a_phase(),)))
    assert (shape.phase, shape.wave, shape.most_agents, shape.whole) == ("unit", 0, 7, ())


def test_caps_and_barriers_of_phases_are_known() -> None:
    """A phase waits for those before it; two that do not know each other are in one wave."""
    phases = (
        a_phase("unit", configured=True),
        a_phase("api", "unit", configured=True, max_agents=3),
        a_phase("ui", "unit", configured=True, parallelism=Parallelism.SEQUENTIAL),
    )
    tests = [a_test(n, phase.name) for phase in phases for n in range(4)]
    plan = planned(tests, *phases)
    found = shapes(plan, some_settings(phases=phases))
    assert [(one.phase, one.wave, one.most_agents) for one in found] == [
        ("unit", 1, 4),
        ("api", 2, 3),
        ("ui", 2, 1),
    ]


def test_what_one_agent_runs_is_known() -> None:
    """A group; not what is in a file, unless that was asked for."""
    tests = [a_test(n, group="g" if n % 2 else "", path="test_a.py") for n in range(4)]
    (shape,) = shapes(planned(tests), some_settings(phases=(a_phase(),)))
    assert shape.whole == ((TestId(1), TestId(3)),)
    (shape,) = shapes(planned(tests, dist=Dist.FILE), some_settings(phases=(a_phase(),)))
    assert shape.whole == (tuple(map(TestId, range(4))),)


@pytest.mark.parametrize("asked", [{"dist": Dist.EACH}, {"isolate": Isolate.TEST}])
def test_where_agents_mean_something_else_there_is_none(asked: dict[str, object]) -> None:
    """All agents run everything, or each test has a process."""
    phases = (a_phase(),)
    assert shapes(planned(some_tests(2), **asked), some_settings(phases=phases, **asked)) == ()


def test_demands_are_what_somebody_has_written() -> None:
    """Whether or not anybody has to wait for it, with what is known of memory."""
    needs = Needs(reads=("schema",))
    tests = [a_test(n, path="test_a.py", needs=needs if n else NO_NEEDS) for n in range(3)]
    assert demands_of(planned(tests)) == (Demand(tests=(TestId(1), TestId(2)), needs=needs),)
    assert demands_of(planned(some_tests(3))) == ()
    history = a_history(some_tests(2), memory=[900 << 20, 0])
    there = ResourceSettings(memory=1000 << 20)
    found = demands_of(planned(some_tests(2), history=history, resources=there))
    assert found == (Demand(tests=(TestId(0),), memory=928 << 20),)
