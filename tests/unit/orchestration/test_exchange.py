"""Tests go to whoever is idle, and could run them; see `test_schedule` for how many."""

from __future__ import annotations

from pytest_agentorch.model.ids import AgentId, SlotId, TestId
from pytest_agentorch.model.needs import ResourceSettings
from pytest_agentorch.orchestration.exchange import generous, share
from pytest_agentorch.orchestration.schedule import Schedule
from tests.unit.orchestration.plans import planned, some_tests

GW0, GW1 = AgentId("gw0"), AgentId("gw1")


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
