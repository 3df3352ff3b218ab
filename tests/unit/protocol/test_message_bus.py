"""What everybody can do who sends."""

from __future__ import annotations

import pytest

from pytest_agentorch.model.agent_entry import AgentEntry
from pytest_agentorch.model.agent_view import AgentStatus
from pytest_agentorch.model.coordination_error import AgentBusError
from pytest_agentorch.model.letter import Letter
from pytest_agentorch.model.message import Priority
from pytest_agentorch.orchestration.holds import best_first
from pytest_agentorch.protocol.letterhead import Letterhead
from pytest_agentorch.protocol.message_bus import ControllerBus

AGENTS = [
    AgentEntry(name="gw0", status=AgentStatus.ACTIVE, capabilities=("gpu",)),
    AgentEntry(name="gw1", status=AgentStatus.DRAINING, capabilities=("gpu",)),
]


@pytest.fixture
def posted() -> list[Letter]:
    """What has left."""
    return []


@pytest.fixture
def bus(posted: list[Letter]) -> ControllerBus:
    """The bus of the controller."""
    head = Letterhead("controller", ("gw0", "gw1"), "ab")
    return ControllerBus(head, posted.append, lambda *wanted: best_first(AGENTS, *wanted))


def test_it_knows_the_names(bus: ControllerBus) -> None:
    """Its own, and those of the agents."""
    assert bus.name == "controller"
    assert bus.agents == ("gw0", "gw1")


def test_plugins_look_up_agents(bus: ControllerBus) -> None:
    """By what they have and how they are."""
    assert [one.name for one in bus.find("gpu")] == ["gw0", "gw1"]
    assert bus.find(status="draining") == (AGENTS[1],)
    assert bus.find("vpn") == ()
    with pytest.raises(AgentBusError, match="'idle' is no status"):
        bus.find(status="idle")


def test_plugins_send_to_agents(bus: ControllerBus, posted: list[Letter]) -> None:
    """And have the message that was sent."""
    message = bus.send("gw1", "stop", {"why": "late"}, priority="critical")
    (letter,) = posted
    assert (letter.sender, letter.to, letter.body) == ("controller", "gw1", '{"why":"late"}')
    assert letter.priority is Priority.CRITICAL
    assert message.payload == {"why": "late"}


def test_the_controller_is_not_written_to_by_itself(bus: ControllerBus) -> None:
    """Plugins have hooks for that."""
    with pytest.raises(ValueError, match="itself"):
        bus.send("controller", "x")


def test_a_broadcast_is_for_all(bus: ControllerBus, posted: list[Letter]) -> None:
    """One letter."""
    bus.broadcast("stop")
    assert [letter.to for letter in posted] == ["all"]


def test_an_answer_goes_where_the_question_came_from(
    bus: ControllerBus, posted: list[Letter]
) -> None:
    """As urgent, and under its id."""
    question = bus.send("gw1", "price", priority="high")
    bus.reply(question, 3)
    answer = posted[-1]
    assert (answer.to, answer.reply_to, answer.body) == ("controller", question.id, "3")
    assert answer.priority is Priority.HIGH
