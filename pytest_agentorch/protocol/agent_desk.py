"""The desk: answers those who look for agents, or want one for a task."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import assert_never

from pytest_agentorch.model.agent_entry import AgentEntry
from pytest_agentorch.model.ids import SlotId
from pytest_agentorch.model.message import Message
from pytest_agentorch.model.record import lower
from pytest_agentorch.orchestration.holds import Answer, Ask, Granted, Holds, NobodyHas, TaskInUse
from pytest_agentorch.protocol.agent_talk import (
    AcquireAgent,
    AgentDecided,
    AgentsFound,
    FindAgents,
    GiveUpAgent,
    question_in,
)


class AgentDesk:
    """One for a run; not to be used from several threads at once.

    Args:
        able: what each agent of the run has.
        there: the agents that live.
        reply: answers a message.
        on_acquire: called when somebody wants one for a task.
    """

    def __init__(
        self,
        able: Mapping[SlotId, frozenset[str]],
        there: Callable[[], Iterable[AgentEntry]],
        reply: Callable[[Message, object], object],
        on_acquire: Callable[[], object] = lambda: None,
    ) -> None:
        self._holds = Holds(able, there)
        self._reply = reply
        self._on_acquire = on_acquire
        self._unanswered: dict[str, Message] = {}
        self.find = self._holds.find

    def take(self, message: Message, by: str) -> str:
        """Answer a question of a process, at once or later; say what is wrong with it."""
        try:
            question = question_in(message)
        except (TypeError, ValueError) as error:
            return f"it is a word of pytest-agentorch's own: {error}"
        match question:
            case FindAgents():
                found = self.find(question.capability, question.status)
                self._reply(message, lower(AgentsFound(agents=tuple(found))))
            case AcquireAgent():
                self._on_acquire()
                self._unanswered[message.id] = message
                ask = Ask(id=message.id, by=by, task=question.task, capability=question.capability)
                self._answer(self._holds.ask(ask))
            case GiveUpAgent():
                self._unanswered.pop(question.message, None)
                self._answer(self._holds.end(question.message, by))
            case _:
                assert_never(question)
        return ""

    def leave(self, by: str) -> None:
        """A process is gone."""
        self._answer(self._holds.leave(by))

    def look(self) -> None:
        """Somebody has come."""
        self._answer(self._holds.grant())

    def _answer(self, answers: Iterable[Answer]) -> None:
        for answer in answers:
            match answer:
                case Granted():
                    decided = AgentDecided(agent=answer.agent)
                case NobodyHas():
                    decided = AgentDecided(others=answer.others)
                case TaskInUse():
                    decided = AgentDecided()
                case _:
                    assert_never(answer)
            self._reply(self._unanswered.pop(answer.ask.id), lower(decided))
