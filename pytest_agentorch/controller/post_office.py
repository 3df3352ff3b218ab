"""The post office: sends letters where the router wants them, and gives plugins theirs."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import assert_never

import pytest

from pytest_agentorch.controller.shell import Shell
from pytest_agentorch.model import event as ev
from pytest_agentorch.model.ids import AgentId, SlotId
from pytest_agentorch.model.letter import Letter, dump_letter, load_letter, read_letter
from pytest_agentorch.model.message import CONTROLLER, ESCALATION, Escalation, Message
from pytest_agentorch.model.message_event import (
    EscalationRaised,
    MailboxFull,
    MessageHookFailed,
    MessageNotReceived,
)
from pytest_agentorch.model.plain_json import to_json
from pytest_agentorch.orchestration import mail_router as route
from pytest_agentorch.orchestration.agent_views import agent_entries
from pytest_agentorch.orchestration.orchestrator import Orchestrator
from pytest_agentorch.orchestration.plan import Plan
from pytest_agentorch.protocol.agent_desk import AgentDesk
from pytest_agentorch.protocol.agent_talk import is_question
from pytest_agentorch.protocol.letterhead import Letterhead
from pytest_agentorch.protocol.mail import (
    DeliverMail,
    FromAgent,
    LetterPosted,
    LetterTaken,
    MailAccepted,
    MailArrived,
    MailSettled,
)
from pytest_agentorch.protocol.message_bus import ControllerBus


class PostOffice:
    """Lives in the main thread, as the loop does."""

    def __init__(
        self, shell: Shell, now: Callable[[], float], plan: Plan, orchestrator: Orchestrator
    ) -> None:
        self._shell = shell
        self._now = now
        self._router = route.MailRouter(shell.crew.slots)
        agents = tuple(map(str, shell.crew.slots))
        head = Letterhead(CONTROLLER, agents, os.urandom(4).hex())
        able = {slot: plan.capabilities[slot] for slot in plan.slots}
        self._desk = AgentDesk(
            able,
            lambda: agent_entries(orchestrator.agents(), plan),
            self._reply,
            on_acquire=orchestrator.keep_agents,
        )
        self._bus = ControllerBus(head, self._post, self._desk.find)
        for agent in shell.crew.present:
            self._perform(self._router.arrive(agent, shell.crew.slot(agent)))

    def take(self, agent: AgentId, message: FromAgent) -> None:
        """Take in what an agent says."""
        match message:
            case LetterPosted():
                try:
                    letter = load_letter(message.text)
                except (ValueError, TypeError):
                    # A test has written into the wire: there is nobody to tell.
                    return
                self._perform(self._router.post(letter, message.text, agent))
            case LetterTaken():
                self._perform(self._router.take(agent, message.number))
            case MailArrived():
                self._perform(self._router.confirm(agent, message.characters))
            case _:
                assert_never(message)

    def on_event(self, event: ev.Event) -> None:
        """Follow the agents, and tell at the end what nobody has received."""
        match event:
            case ev.AgentReady():
                slot = self._shell.crew.slot(event.agent)
                self._perform(self._router.arrive(event.agent, slot))
                self._desk.look()
            case ev.AgentExited():
                self._router.leave(event.agent)
                self._desk.leave(event.agent)
            case ev.SlotGivenUp():
                self._perform(self._router.close(event.slot))
            case ev.RunFinished():
                self._tell_not_received()
            case _:
                pass

    def _post(self, letter: Letter) -> None:
        """Send a letter of the controller's own."""
        self._perform(self._router.post(letter, dump_letter(letter), None))

    def _perform(self, dispatches: Iterable[route.Dispatch]) -> None:
        crew = self._shell.crew
        for one in dispatches:
            match one:
                case route.Deliver():
                    number, text, is_last = one.piece
                    crew.send(one.agent, DeliverMail(number=number, text=text, is_last=is_last))
                case route.Accept():
                    crew.send(one.agent, MailAccepted(count=one.count))
                case route.Settle():
                    crew.send(one.agent, MailSettled(word=one.word))
                case route.HandOver():
                    problem = self._hand_over(read_letter(one.letter), one.by)
                    self._perform(self._router.settle(one.letter, one.by, problem))
                case route.TellFull():
                    self._tell_full(one)
                case _:
                    assert_never(one)

    def _hand_over(self, message: Message, by: AgentId | None) -> str:
        """Answer a message, or give it to the plugins; say what is wrong with it."""
        if is_question(message) and by is not None:
            return self._desk.take(message, by)
        try:
            if message.intent == ESCALATION:
                self._tell_escalation(message)
            hook = self._shell.session.config.hook.pytest_agentorch_message
            answer = hook(message=message, bus=self._bus)
            if answer is not None:
                self._bus.reply(message, answer)
        except pytest.exit.Exception:
            raise
        except Exception as error:  # noqa: BLE001 - whatever a plugin raises
            self._shell.bus.publish(
                MessageHookFailed(
                    sender=message.sender,
                    intent=message.intent,
                    error=f"{error!r:.200}",
                    at=self._now(),
                )
            )
            return f"a plugin has failed with it: {error!r:.200}"
        return ""

    def _reply(self, message: Message, payload: object) -> None:
        self._bus.reply(message, payload)

    def _tell_escalation(self, message: Message) -> None:
        raised = Escalation.of(message)
        self._shell.bus.publish(
            EscalationRaised(
                slot=SlotId(message.sender),
                severity=raised.severity.value,
                issue=raised.issue,
                context=to_json(raised.context, "the context"),
                tried=raised.tried,
                at=self._now(),
            )
        )

    def _tell_full(self, full: route.TellFull) -> None:
        letter = full.letter
        self._shell.bus.publish(
            MailboxFull(slot=full.slot, sender=letter.sender, intent=letter.intent, at=self._now())
        )

    def _tell_not_received(self) -> None:
        for slot, unread in self._router.not_received():
            first = unread[0].letter
            self._shell.bus.publish(
                MessageNotReceived(
                    slot=slot,
                    sender=first.sender,
                    intent=first.intent,
                    count=len(unread),
                    at=self._now(),
                )
            )
