"""Agents and slots."""

from __future__ import annotations

import pytest

from pytest_agentorch.model.errors import InvalidTransitionError
from pytest_agentorch.model.ids import AgentId, SlotId
from pytest_agentorch.orchestration.agent_record import AgentState, Step
from pytest_agentorch.orchestration.registry import AgentRegistry

GW0, GW1 = SlotId("gw0"), SlotId("gw1")


def names(registry: AgentRegistry) -> list[SlotId]:
    """The free slots."""
    return [slot.slot for slot in registry.free_slots()]


def test_a_slot_is_free_before_and_after_its_agent() -> None:
    """The next process has another name."""
    registry = AgentRegistry([GW0, GW1])
    assert names(registry) == [GW0, GW1]
    first = registry.adopt(GW0, 1)
    assert (first.agent, names(registry)) == ("gw0", [GW1])
    registry.occupy(registry.slots[GW1])
    assert names(registry) == []
    registry.exit(first, Step.EXITED, "a test")
    assert (first.state, names(registry)) == (AgentState.LOST, [GW0])
    assert registry.occupy(registry.slots[GW0]).agent == "gw0.2"


def test_a_slot_that_is_given_up_is_not_free() -> None:
    """Nothing is started there."""
    registry = AgentRegistry([GW0, GW1])
    registry.slots[GW0].given_up = True
    assert names(registry) == [GW1]


def test_preferred_slots_are_first() -> None:
    """The others keep their order."""
    slots = [SlotId(f"gw{number}") for number in range(4)]
    registry = AgentRegistry(slots, priorities={slots[0]: -1, slots[2]: 5})
    assert names(registry) == ["gw2", "gw1", "gw3", "gw0"]
    assert registry.has_priorities
    assert not AgentRegistry(slots).has_priorities


def test_records_are_found_after_the_end_too() -> None:
    """Late events come from them; somebody unknown is an error."""
    registry = AgentRegistry([GW0])
    record = registry.adopt(GW0, 2)
    assert registry.record(record.agent, "a test") is record
    registry.exit(record, Step.EXITED, "a test")
    assert registry.live == {}
    assert registry.record(record.agent, "a test") is record
    with pytest.raises(InvalidTransitionError, match="gw7 is unknown and got 'a test'"):
        registry.record(AgentId("gw7"), "a test")


def test_it_is_settled_when_all_take_part() -> None:
    """Nobody is coming, nobody is going."""
    registry = AgentRegistry([GW0])
    settled = [registry.is_settled]
    record = registry.adopt(GW0, 1)
    for step in (Step.CONNECTED, Step.READY, Step.TOLD_TO_FINISH):
        settled.append(registry.is_settled)
        record.move(step, "a test")
    assert [*settled, registry.is_settled] == [True, False, False, True, False]
    record.state = AgentState.ACTIVE
    assert registry.in_state(AgentState.ACTIVE) == [record]
    assert registry.in_state(AgentState.LOST, AgentState.DONE) == []


def test_an_agent_that_replaces_another_has_the_same_capabilities() -> None:
    """They are those of the slot."""
    registry = AgentRegistry([GW0, GW1], {GW1: frozenset({"gpu"})})
    assert [slot.capabilities for slot in registry.slots.values()] == [frozenset(), {"gpu"}]
    first = registry.occupy(registry.slots[GW1])
    registry.exit(first, Step.EXITED, "a test")
    assert registry.slot(registry.occupy(registry.slots[GW1])).capabilities == {"gpu"}
