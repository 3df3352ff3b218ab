"""Tests go to whoever is idle, and could run them; see `test_schedule` for how many."""

from __future__ import annotations

from collections.abc import Sequence

from pytest_agentorch.model.ids import AgentId, SlotId, TestId
from pytest_agentorch.model.needs import ResourceSettings
from pytest_agentorch.model.settings import Dist
from pytest_agentorch.model.test import TestDescriptor
from pytest_agentorch.orchestration.exchange import generous, share
from pytest_agentorch.orchestration.schedule import Schedule
from tests.unit.orchestration.plans import a_history, a_test, planned, some_tests

GW0, GW1, GW2 = AgentId("gw0"), AgentId("gw1"), AgentId("gw2")


def a_schedule(memory: int) -> Schedule:
    """Six tests with one of two agents, within a budget in MiB."""
    there = ResourceSettings(memory=memory << 20)
    schedule = Schedule(planned(some_tests(6, unit="m"), resources=there))
    schedule.open_phases()
    schedule.join(GW0, SlotId("gw0"), frozenset())
    schedule.join(GW1, SlotId("gw1"), frozenset())
    schedule.take(GW0, 2)
    schedule.start(GW0, TestId(0))
    return schedule


def test_who_could_not_run_tests_does_not_get_them() -> None:
    """Their owner would only have to take them again."""
    schedule = a_schedule(1000)
    assert generous(schedule) == {}
    assert share(schedule, GW1) is None
    assert [*schedule.hands[GW0].claimed] == [2, 3, 4, 5]


def test_who_could_does() -> None:
    """What is claimed at once."""
    schedule = a_schedule(1024)
    assert [*generous(schedule)] == [GW0]
    assert share(schedule, GW1) is None
    assert schedule.take(GW1, 9) == (3, 4, 5)


def test_where_nothing_is_scarce_everybody_could() -> None:
    """Nobody looks at what tests need."""
    schedule = a_schedule(0)
    assert generous(schedule) is schedule.hands


def three_agents(tests: Sequence[TestDescriptor], *memory: int) -> Schedule:
    """Two agents have three tests each, and have begun the first; the third is idle."""
    history = a_history(tests, memory=[one << 20 for one in memory])
    there = ResourceSettings(memory=1100 << 20 if memory else 0)
    plan = planned(tests, agents=3, dist=Dist.GROUP, history=history, resources=there)
    schedule = Schedule(plan)
    schedule.open_phases()
    for agent, slot in zip((GW0, GW1, GW2), plan.slots, strict=True):
        schedule.join(agent, slot, frozenset())
    for agent in (GW0, GW1):
        schedule.start(agent, schedule.take(agent, 3)[0])
    return schedule


def test_who_was_asked_comes_after_who_has_a_whole_unit_to_spare() -> None:
    """Nobody knows when it answers, and two may be idle."""
    first, unit = some_tests(3, unit="m"), [a_test(4, group="g"), a_test(5, group="g")]
    schedule = three_agents([*first, a_test(3), *unit])
    assert share(schedule, GW2) == (GW0, (2,))
    assert share(schedule, GW2, asked=[GW0]) == (GW1, (4, 5))


def test_who_cannot_have_a_whole_unit_gets_another() -> None:
    """What the first of two could spare needs more memory than is left."""
    groups = ["", "f", "f", "", "g", "g"]
    tests = [a_test(number, group=group) for number, group in enumerate(groups)]
    schedule = three_agents(tests, 500, 500, 500, 200, 200, 200)
    assert share(schedule, GW2) == (GW1, (4, 5))
