"""What tests and the controller say about agents: the payloads of messages between them."""

from __future__ import annotations

from pytest_agentorch.model.agent_entry import AgentEntry
from pytest_agentorch.model.agent_view import AgentStatus
from pytest_agentorch.model.coordination_error import AgentBusError
from pytest_agentorch.model.frozen import Frozen
from pytest_agentorch.model.message import Message
from pytest_agentorch.model.record import lift


class FindAgents(Frozen):
    """Which agents are there that match? The answer is `AgentsFound`."""

    capability: str | None
    status: AgentStatus | None


class AcquireAgent(Frozen):
    """Who can be held for a task? The answer is `AgentDecided`, perhaps after a while."""

    task: str
    capability: str | None


class GiveUpAgent(Frozen):
    """Whoever has asked for an agent in that message needs none any more."""

    message: str


Question = FindAgents | AcquireAgent | GiveUpAgent
_KINDS: dict[str, type[Question]] = {
    "agentorch.find": FindAgents,
    "agentorch.acquire": AcquireAgent,
    "agentorch.give-up": GiveUpAgent,
}
_INTENTS = {kind: intent for intent, kind in _KINDS.items()}


class AgentsFound(Frozen):
    """The agents that match, the best one first."""

    agents: tuple[AgentEntry, ...]


class AgentDecided(Frozen):
    """Which agent is held for a task, if any.

    Attributes:
        agent: None if there will be none: another one has the same task, or nobody can be had.
        others: where no agent has the capability, what they have.
    """

    agent: str | None = None
    others: str | None = None


def intent_of(question: Question) -> str:
    """What a message with this question is about."""
    return _INTENTS[type(question)]


def status_of(given: AgentStatus | str | None) -> AgentStatus | None:
    """Return what was meant.

    Raises:
        AgentBusError: nothing known.
    """
    try:
        return None if given is None else AgentStatus(given)
    except ValueError:
        known = ", ".join(one.value for one in AgentStatus)
        raise AgentBusError(f"{given!r} is no status: give one of {known}. [bad-message]") from None


def is_question(message: Message) -> bool:
    """Whether a message is for the controller itself, and not for plugins."""
    return message.intent in _KINDS


def question_in(message: Message) -> Question:
    """Return what such a message asks.

    Raises:
        TypeError, ValueError: it asks nothing; a test has used our words.
    """
    question: Question = lift(_KINDS[message.intent], message.payload)
    return question
