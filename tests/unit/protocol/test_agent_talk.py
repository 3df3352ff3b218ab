"""What is asked about agents, and how it travels."""

from __future__ import annotations

import pytest

from pytest_agentorch.model.agent_view import AgentStatus
from pytest_agentorch.model.coordination_error import AgentBusError
from pytest_agentorch.model.letter import read_letter
from pytest_agentorch.model.message import CONTROLLER, Message
from pytest_agentorch.model.record import lower
from pytest_agentorch.protocol.agent_talk import (
    AcquireAgent,
    FindAgents,
    GiveUpAgent,
    Question,
    intent_of,
    is_question,
    question_in,
    status_of,
)
from pytest_agentorch.protocol.letterhead import Letterhead


def a_message(intent: str, payload: object) -> Message:
    """As it comes to the controller."""
    return read_letter(Letterhead("gw0", ("gw0",), "ab").write(CONTROLLER, intent, payload))


@pytest.mark.parametrize(
    "question",
    [
        FindAgents(capability=None, status=None),
        FindAgents(capability="gpu", status=AgentStatus.ACTIVE),
        AcquireAgent(task="print", capability="gpu"),
        AcquireAgent(task="print", capability=None),
        GiveUpAgent(message="gw0-ab-1"),
    ],
)
def test_a_question_arrives_as_it_was_asked(question: Question) -> None:
    """In a message like others."""
    message = a_message(intent_of(question), lower(question))
    assert is_question(message)
    assert question_in(message) == question


def test_other_messages_are_no_questions() -> None:
    """They are for plugins."""
    assert not is_question(a_message("find", None))


@pytest.mark.parametrize("payload", [None, 3, [], ["gpu", "idle"], [1, None], ["gpu", None, 3]])
def test_a_question_of_a_test_may_be_none(payload: object) -> None:
    """It has used a word that is taken."""
    with pytest.raises((TypeError, ValueError)):
        question_in(a_message("agentorch.find", payload))


def test_a_status_is_given_by_its_name() -> None:
    """Or as it is; others are an error."""
    assert status_of("draining") is status_of(AgentStatus.DRAINING) is AgentStatus.DRAINING
    assert status_of(None) is None
    with pytest.raises(AgentBusError, match="'idle' is no status: give one of registered, "):
        status_of("idle")
