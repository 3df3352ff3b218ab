"""Messages to `controller` where there are no agents: this process gives them to its plugins."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_agentorch.agent.post import OwnPost
from pytest_agentorch.model.agent_entry import AgentEntry
from pytest_agentorch.model.agent_view import AgentStatus
from pytest_agentorch.model.ids import SlotId
from pytest_agentorch.model.letter import Letter, read_letter
from pytest_agentorch.model.message import CONTROLLER, ESCALATION, Escalation, Message
from pytest_agentorch.model.message_event import EscalationRaised
from pytest_agentorch.model.plain_json import to_json
from pytest_agentorch.protocol.agent_desk import AgentDesk
from pytest_agentorch.protocol.agent_talk import is_question
from pytest_agentorch.protocol.letterhead import Letterhead
from pytest_agentorch.protocol.message_bus import ControllerBus
from pytest_agentorch.results.message_sentence import escalation
from pytest_agentorch.system.native import RLock


class OwnPlugins:
    """Calls the hook, and tells what was escalated."""

    def __init__(self, config: pytest.Config, name: str, capabilities: frozenset[str]) -> None:
        self._config = config
        self._name = name
        self.post = OwnPost(self._take)
        # It plays all agents; several of its threads may ask for it.
        entry = AgentEntry(
            name=name,
            status=AgentStatus.ACTIVE,
            capabilities=tuple(sorted(capabilities)),
            load=1,
        )
        self._desk = AgentDesk({SlotId(name): capabilities}, lambda: [entry], self._reply)
        self._desk_lock = RLock()
        head = Letterhead(CONTROLLER, (name,), "own")
        self._bus = ControllerBus(head, self.post.send, self._desk.find)
        self._escalated: list[str] = []
        config.pluginmanager.register(self, "agentorch-messages")

    def _take(self, letter: Letter) -> str:
        message = read_letter(letter)
        if is_question(message):
            with self._desk_lock:
                return self._desk.take(message, self._name)
        try:
            if message.intent == ESCALATION:
                self._escalated.append(_told(Escalation.of(message), message.sender, message.time))
            answer = self._config.hook.pytest_agentorch_message(message=message, bus=self._bus)
            if answer is not None:
                self._bus.reply(message, answer)
        except pytest.exit.Exception:
            raise
        except Exception as error:  # noqa: BLE001 - whatever a plugin raises
            return f"a plugin has failed with it: {error!r}"
        return ""

    def _reply(self, message: Message, payload: object) -> None:
        self._bus.reply(message, payload)

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Tell what tests have escalated."""
        if self._escalated:
            terminalreporter.section("agents")
            for line in self._escalated:
                terminalreporter.line(f"! {line}  [{EscalationRaised.slug}]")


def _told(raised: Escalation, sender: str, at: float) -> str:
    return escalation(
        EscalationRaised(
            slot=SlotId(sender),
            severity=raised.severity.value,
            issue=raised.issue,
            context=to_json(raised.context, "the context"),
            tried=raised.tried,
            at=at,
        )
    )
