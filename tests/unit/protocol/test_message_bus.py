"""What everybody can do who sends."""

from __future__ import annotations

import pytest

from pytest_agentorch.model.letter import Letter
from pytest_agentorch.model.message import Priority
from pytest_agentorch.protocol.letterhead import Letterhead
from pytest_agentorch.protocol.message_bus import ControllerBus


@pytest.fixture
def posted() -> list[Letter]:
    """What has left."""
    return []


@pytest.fixture
def bus(posted: list[Letter]) -> ControllerBus:
    """The bus of the controller."""
    return ControllerBus(Letterhead("controller", ("gw0", "gw1"), "ab"), posted.append)


def test_it_knows_the_names(bus: ControllerBus) -> None:
    """Its own, and those of the agents."""
    assert bus.name == "controller"
    assert bus.agents == ("gw0", "gw1")


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
