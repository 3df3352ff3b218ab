"""Who is answered what, and when."""

from __future__ import annotations

import pytest

from pytest_agentorch.model.agent_entry import AgentEntry
from pytest_agentorch.model.agent_view import AgentStatus
from pytest_agentorch.model.ids import SlotId
from pytest_agentorch.model.letter import read_letter
from pytest_agentorch.model.message import CONTROLLER, Message
from pytest_agentorch.model.record import lift, lower
from pytest_agentorch.protocol.agent_desk import AgentDesk
from pytest_agentorch.protocol.agent_talk import (
    AcquireAgent,
    AgentDecided,
    AgentsFound,
    FindAgents,
    GiveUpAgent,
    Question,
    intent_of,
)
from pytest_agentorch.protocol.letterhead import Letterhead

HEAD = Letterhead("gw0", ("gw0",), "ab")
GPU = AgentEntry(name="gw1", status=AgentStatus.ACTIVE, capabilities=("gpu",))


class Desk(AgentDesk):
    """Keeps its answers, by the message that each is for."""

    def __init__(self) -> None:
        self.answers: dict[str, object] = {}
        self.there = [GPU]
        able = {SlotId("gw0"): frozenset[str](), SlotId("gw1"): frozenset({"gpu"})}
        self.acquired = 0
        super().__init__(able, lambda: self.there, self._keep, self._count)

    def _keep(self, message: Message, payload: object) -> None:
        assert message.id not in self.answers, "once is enough"
        self.answers[message.id] = payload

    def _count(self) -> None:
        self.acquired += 1

    def put(self, question: Question, by: str = "gw0") -> str:
        """Ask; return the id of the message."""
        message = asked(question)
        assert self.take(message, by) == ""
        return message.id

    def acquire(self, task: str, capability: str | None = "gpu", by: str = "gw0") -> str:
        """Ask for an agent."""
        return self.put(AcquireAgent(task=task, capability=capability), by)

    def decided(self, message: str) -> AgentDecided:
        """What was answered."""
        found: AgentDecided = lift(AgentDecided, self.answers[message])
        return found


def asked(question: Question) -> Message:
    """A question as it comes."""
    return read_letter(HEAD.write(CONTROLLER, intent_of(question), lower(question)))


@pytest.fixture
def desk() -> Desk:
    """Of a run with one agent that has something."""
    return Desk()


def test_who_looks_for_agents_is_answered_at_once(desk: Desk) -> None:
    """With all that is known of them."""
    desk.acquire("print")
    message = desk.put(FindAgents(capability=None, status=None))
    (found,) = lift(AgentsFound, desk.answers[message]).agents
    assert (found.name, found.capabilities, found.task) == ("gw1", ("gpu",), "print")
    assert desk.find() == [found]
    assert desk.acquired == 1


def test_who_wants_an_agent_that_is_held_is_answered_later(desk: Desk) -> None:
    """When it is given up."""
    first, second = desk.acquire("print"), desk.acquire("scan", by="gw1")
    assert desk.decided(first) == AgentDecided(agent="gw1")
    assert second not in desk.answers
    desk.put(GiveUpAgent(message=first))
    assert desk.decided(second) == AgentDecided(agent="gw1")


def test_who_has_given_up_is_not_answered(desk: Desk) -> None:
    """Others are."""
    first, second, third = map(desk.acquire, ("print", "scan", "fax"))
    desk.put(GiveUpAgent(message=second))
    desk.put(GiveUpAgent(message=first))
    assert desk.answers.keys() == {first, third}


def test_the_end_of_a_process_lets_others_have_its_agent(desk: Desk) -> None:
    """What it has waited for, too."""
    desk.acquire("print", by="gw1")
    desk.acquire("scan", by="gw1")
    other = desk.acquire("fax")
    desk.leave("gw1")
    assert desk.decided(other) == AgentDecided(agent="gw1")


def test_who_waits_has_the_agent_that_comes(desk: Desk) -> None:
    """It was not there before."""
    desk.there.clear()
    message = desk.acquire("print")
    desk.look()
    assert message not in desk.answers
    desk.there.append(GPU)
    desk.look()
    assert desk.decided(message) == AgentDecided(agent="gw1")


def test_what_cannot_be_is_said_at_once(desk: Desk) -> None:
    """A task that has one, a capability that nobody has."""
    desk.acquire("print")
    assert desk.decided(desk.acquire("print")) == AgentDecided()
    assert desk.decided(desk.acquire("drive", "vpn")) == AgentDecided(others="gw1: gpu")


def test_what_is_no_question_is_a_problem(desk: Desk) -> None:
    """Whoever has sent it hears of it."""
    message = read_letter(HEAD.write(CONTROLLER, "agentorch.find", 3))
    assert desk.take(message, "gw0").startswith("it is a word of pytest-agentorch's own: ")
    assert not desk.answers
