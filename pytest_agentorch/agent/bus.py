"""The bus: messages to and from the other agents of a run, for tests and fixtures. Public."""

from __future__ import annotations

import weakref
from collections.abc import Callable

from pytest_agentorch.agent.acquiring import never, not_in_time, wish_for
from pytest_agentorch.agent.held_agent import HeldAgent
from pytest_agentorch.agent.inbox import Fits, Inbox, Mail
from pytest_agentorch.agent.post import Post
from pytest_agentorch.agent.sent import Sent
from pytest_agentorch.agent.subscription import Function, Subscription
from pytest_agentorch.model.agent_entry import AgentEntry
from pytest_agentorch.model.agent_view import AgentStatus
from pytest_agentorch.model.coordination_error import AgentBusError, NoMessageError
from pytest_agentorch.model.letter import Letter, read_letter
from pytest_agentorch.model.message import CONTROLLER, ESCALATION, HANDOFF, Message, Priority
from pytest_agentorch.model.record import lift, lower
from pytest_agentorch.protocol.agent_talk import (
    AcquireAgent,
    AgentDecided,
    AgentsFound,
    FindAgents,
    GiveUpAgent,
    intent_of,
    status_of,
)
from pytest_agentorch.protocol.letterhead import Letterhead, Urgency, priority_of
from pytest_agentorch.protocol.message_bus import MessageBus
from pytest_agentorch.system.clock import CLOCK


class AgentBus(MessageBus):
    """The fixture `agent_bus`: one for each agent, the same for all tests that run there.

    A message is for a slot (`gw0`, `gw1`, ...), whichever process is there: it waits until a test
    on that slot receives it, and each is received once. Messages of one sender come in the order in
    which they were sent, the more urgent ones first.
    """

    def __init__(self, head: Letterhead, post: Post) -> None:
        super().__init__(head, post.send)
        self._confirm = post.confirm
        self._inbox = Inbox()
        # Those that somebody still holds.
        self._sent: weakref.WeakValueDictionary[str, Sent] = weakref.WeakValueDictionary()
        self._subscriptions: dict[str, Subscription] = {}
        post.listen(self._on_mail, self._on_settled)

    def send(
        self,
        to: str,
        intent: str,
        payload: object = None,
        *,
        priority: Urgency = Priority.NORMAL,
        requires_ack: bool = False,
    ) -> Sent:
        """Send to one agent, or to the plugins of the `controller`. Does not wait for anybody.

        Args:
            to: the name of an agent, such as `gw1`; this one will do, too.
            intent: what it is about.
            payload: what it says: anything that JSON knows.
            priority: more urgent ones are received first.
            requires_ack: `wait` of what is returned waits until it was received.

        Raises:
            UnknownAgentError: there is no such agent.
            NotJsonError: JSON does not know the payload, or it is too long.
        """
        letter = self._head.write(to, intent, payload, priority=priority, requires_ack=requires_ack)
        return self._send_kept(letter)

    def receive(
        self, intent: str | None = None, *, sender: str | None = None, timeout: float = 5.0
    ) -> Message:
        """Take the next message: the most urgent one, and of those the oldest.

        Args:
            intent: only one that is about this.
            sender: only one from this agent.
            timeout: how many seconds to wait for it.

        Raises:
            NoMessageError: none has come in time.
        """

        def fits(letter: Letter) -> bool:
            return (
                not letter.reply_to
                and intent in (None, letter.intent)
                and sender in (None, letter.sender)
                and not self._is_subscribed(letter.intent)
            )

        message = self._take(fits, timeout)
        if message is None:
            what = "message" if intent is None else repr(intent)
            whose = "" if sender is None else f" from {sender}"
            raise NoMessageError(
                f"no {what}{whose} has come to {self.name} within {timeout:g} s. [no-message]"
            )
        return message

    def subscribe(self, intent: str, function: Function) -> Subscription:
        """Call a function with each message that is about this, also while tests run.

        Such messages are not received otherwise until the subscription is closed.

        Raises:
            AgentBusError: there is a subscription for it already.
        """
        if self._is_subscribed(intent):
            raise AgentBusError(f"{intent!r} has a subscription already. [bad-message]")
        made = Subscription(intent, function, self._inbox, self._confirm)
        self._subscriptions[intent] = made
        return made

    def request(
        self,
        to: str,
        intent: str,
        payload: object = None,
        *,
        priority: Urgency = Priority.NORMAL,
        timeout: float = 5.0,
    ) -> Message:
        """Send, and wait for the answer, which somebody gives with `reply`.

        The plugins of the controller answer by what they return.

        Raises:
            NoMessageError: there is none in so many seconds.
            MessageRefusedError: there will be none.
            UnknownAgentError, NotJsonError: as for `send`.
        """
        letter = self._head.write(to, intent, payload, priority=priority, requires_ack=True)
        message = self._answer(letter, self._send_kept(letter), timeout)
        if message is None:
            raise NoMessageError(
                f"{to} has not answered {intent!r} within {timeout:g} s. [no-message]"
            )
        return message

    def handoff(
        self, to: str, *, reason: str, context: object = None, work_state: object = None
    ) -> Sent:
        """Leave work to another agent, with what it needs to go on. It requires an ack.

        It is received as the intent `handoff`; `Handoff.of` reads it.
        """
        payload = {"reason": reason, "context": context, "work_state": work_state}
        return self.send(to, HANDOFF, payload, requires_ack=True)

    def escalate(
        self,
        severity: Urgency,
        issue: str,
        *,
        context: object = None,
        tried: tuple[str, ...] | list[str] = (),
    ) -> Message:
        """Tell the user of what a test cannot deal with; it does not fail for it.

        Plugins of the controller get it at once, as the intent `escalation`, and the user is told
        at the end of the run.

        Args:
            severity: as a priority: how bad it is.
            issue: what is wrong, in one line.
            context: what helps to understand it.
            tried: what was done about it, in vain.
        """
        level = priority_of(severity)
        payload = {
            "severity": level.value,
            "issue": str(issue),
            "context": context,
            "tried": list(map(str, tried)),
        }
        return self._send(self._head.write(CONTROLLER, ESCALATION, payload, priority=level))

    def find(
        self,
        capability: str | None = None,
        status: AgentStatus | str | None = None,
        *,
        timeout: float = 5.0,
    ) -> tuple[AgentEntry, ...]:
        """Look up the agents that are there, the best match first.

        That is: free ones, then by priority, by how many tests they have, and by name.

        Args:
            capability: only those that have it.
            status: only those that are so: `registered`, `recovering`, `active`, `draining`.
            timeout: how many seconds to wait for the answer.

        Raises:
            NoMessageError: the controller was too busy.
        """
        question = FindAgents(capability=capability, status=status_of(status))
        answer = self.request(CONTROLLER, intent_of(question), lower(question), timeout=timeout)
        found: AgentsFound = lift(AgentsFound, answer.payload)
        return found.agents

    def acquire(
        self, task: str, *, capability: str | None = None, timeout: float = 5.0
    ) -> HeldAgent:
        """Hold the best match of `find` for a task: nobody else acquires it until it is released.

        That happens at the end of a `with`, by `release`, and if this process ends. Agents go on
        with their tests, held or not. Whoever waits for longest is served first.

        Args:
            task: what it is for; no two have the same at a time.
            capability: only an agent that has it.
            timeout: how many seconds to wait until one is free; 0 for one that is free now.

        Raises:
            UnknownAgentError: no agent of this run has that.
            AgentHeldError: none was free in time.
            TaskInUseError: somebody has acquired one for this task, or waits for it.
        """
        wish = wish_for(task, capability)
        letter = self._head.write(CONTROLLER, intent_of(wish), lower(wish), requires_ack=True)
        try:
            decided = self._decision(wish, letter, timeout)
        except BaseException:
            self._give_up(letter)
            raise
        if decided.agent is None:
            raise never(wish, decided.others)
        return HeldAgent(decided.agent, task, lambda: self._give_up(letter))

    def _decision(self, wish: AcquireAgent, letter: Letter, timeout: float) -> AgentDecided:
        sent = self._send_kept(letter)
        answer = self._answer(letter, sent, timeout)
        if answer is None:
            there = self.find(wish.capability)
            # What was decided at once has come before that, also if there were 0 seconds for it.
            answer = self._answer(letter, sent, 0)
            if answer is None:
                raise not_in_time(wish, timeout, there)
        decided: AgentDecided = lift(AgentDecided, answer.payload)
        return decided

    def _give_up(self, letter: Letter) -> None:
        """Say that the agent is needed no more that was asked for in a letter."""
        question = GiveUpAgent(message=letter.id)
        self._send(self._head.write(CONTROLLER, intent_of(question), lower(question)))

    def _answer(self, letter: Letter, sent: Sent, timeout: float) -> Message | None:
        """Wait for the answer to a letter; None if there is none in time."""
        message = self._take(
            lambda other: other.reply_to == letter.id, timeout, lambda: bool(sent.problem)
        )
        sent.check()
        return message

    def _send_kept(self, letter: Letter) -> Sent:
        sent = self._sent[letter.id] = Sent(letter)
        self._post(letter)
        return sent

    def _take(
        self, fits: Fits, timeout: float, is_over: Callable[[], bool] = lambda: False
    ) -> Message | None:
        mail = self._inbox.take(fits, CLOCK() + timeout, is_over)
        if mail is None:
            return None
        self._confirm(mail)
        return read_letter(mail.letter)

    def _is_subscribed(self, intent: str) -> bool:
        found = self._subscriptions.get(intent)
        return found is not None and not found.is_over

    def _on_mail(self, mail: Mail) -> None:
        if mail.letter.reply_to and mail.letter.reply_to not in self._sent:
            # An answer that is not waited for any more.
            self._confirm(mail)
        else:
            self._inbox.put(mail)

    def _on_settled(self, letter: str, problem: str) -> None:
        sent = self._sent.get(letter)
        if sent is not None:
            sent.settle(problem)
            self._inbox.wake()
