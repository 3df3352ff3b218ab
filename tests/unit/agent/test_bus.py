"""The bus of an agent, with a wire that exists only here; and that of a process without agents."""

from __future__ import annotations

import gc
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from pytest_agentorch.agent import post as posts
from pytest_agentorch.agent.bus import AgentBus
from pytest_agentorch.agent.link import Link
from pytest_agentorch.agent.mail_door import MailDoor
from pytest_agentorch.agent.post import OwnPost, WirePost
from pytest_agentorch.model.coordination_error import (
    AgentBusError,
    MessageRefusedError,
    NoMessageError,
    TaskInUseError,
    UnknownAgentError,
)
from pytest_agentorch.model.frozen import replace
from pytest_agentorch.model.letter import Letter, Word, dump_letter, load_letter, read_letter
from pytest_agentorch.model.message import Escalation, Handoff, Message
from pytest_agentorch.protocol.codec import TO_CONTROLLER
from pytest_agentorch.protocol.letterhead import Letterhead
from pytest_agentorch.protocol.mail import (
    DeliverMail,
    LetterPosted,
    LetterTaken,
    MailAccepted,
    MailArrived,
    MailSettled,
)
from pytest_agentorch.protocol.to_controller import ToController
from pytest_agentorch.system.native import Event, start_thread
from tests.unit.orchestration.letters import letter


class Channel:
    """Keeps what the agent says."""

    def __init__(self) -> None:
        self.said: list[ToController] = []
        self.news = Event()
        self._batches = 0

    def send(self, blob: bytes) -> None:
        """Read it."""
        self.said += TO_CONTROLLER.decode(blob, self._batches)
        self._batches += 1
        self.news.set()

    @property
    def posted(self) -> list[Letter]:
        """The letters."""
        return [load_letter(one.text) for one in self.said if isinstance(one, LetterPosted)]

    @property
    def taken(self) -> list[int]:
        """The numbers of what was received."""
        return [one.number for one in self.said if isinstance(one, LetterTaken)]


@pytest.fixture
def channel() -> Channel:
    """A wire."""
    return Channel()


@pytest.fixture
def door(channel: Channel) -> MailDoor:
    """Where the controller's messages come in."""
    return MailDoor(Link(channel))


@pytest.fixture
def bus(door: MailDoor) -> AgentBus:
    """The bus of gw0."""
    head = Letterhead("gw0", ("gw0", "gw1"), "ab")
    return AgentBus(head, WirePost(door.link, door.open))


@pytest.fixture
def own() -> AgentBus:
    """The bus of a process that has no agents; its plugins fail with what is called `bad`."""
    post = OwnPost(lambda one: "they have failed" if one.intent == "bad" else "")
    return AgentBus(Letterhead("master", ("master",), "ab"), post)


def deliver(door: MailDoor, one: Letter, number: int = 1) -> None:
    """Let a letter come in one part."""
    door.take(DeliverMail(number=number, text=dump_letter(one), is_last=True))


def payloads(messages: Sequence[Message]) -> list[object]:
    """What they say."""
    return [message.payload for message in messages]


def test_a_message_leaves_at_once(bus: AgentBus, channel: Channel) -> None:
    """To whom it is for."""
    sent = bus.send("gw1", "price", {"euro": 3}, priority="high")
    (posted,) = channel.posted
    assert (posted.to, posted.intent, posted.body) == ("gw1", "price", '{"euro":3}')
    assert sent.message.id == posted.id


def test_what_has_come_before_anybody_asked_is_there(
    door: MailDoor, channel: Channel, request: pytest.FixtureRequest
) -> None:
    """It was not confirmed before."""
    deliver(door, letter(1, "gw1", "gw0"), number=7)
    assert not channel.said
    bus: AgentBus = request.getfixturevalue("bus")
    assert bus.receive().payload == 1
    assert channel.taken == [7]


def test_a_letter_is_received_when_its_last_part_has_come(
    bus: AgentBus, door: MailDoor, channel: Channel
) -> None:
    """What arrives is confirmed now and then."""
    text = dump_letter(replace(letter(1, "gw1", "gw0"), body='"' + "x" * 20_000 + '"'))
    for start in range(0, len(text), 4096):
        with pytest.raises(NoMessageError):
            bus.receive(timeout=0)
        part, is_last = text[start : start + 4096], start + 4096 >= len(text)
        door.take(DeliverMail(number=1, text=part, is_last=is_last))
    assert bus.receive(timeout=0).payload == "x" * 20_000
    arrived = [one.characters for one in channel.said if isinstance(one, MailArrived)]
    assert arrived == [8192, 8192]


def test_what_is_told_of_letters_is_confirmed_as_they_are(
    bus: AgentBus, door: MailDoor, channel: Channel
) -> None:
    """The controller has to know that it may tell more."""
    word = Word(letter=bus.send("gw1", "x").message.id, problem="")
    for _ in range(8192 // word.size):
        assert MailArrived not in map(type, channel.said)
        door.take(MailSettled(word=word))
    assert channel.said[-1] == MailArrived(characters=8192)


def test_nobody_receives_what_was_not_asked_for(bus: AgentBus, door: MailDoor) -> None:
    """Only one intent, or one sender."""
    deliver(door, letter(1, "gw0", "gw0"), 1)
    deliver(door, replace(letter(2, "gw1", "gw0"), intent="price"), 2)
    assert bus.receive("price").payload == 2
    with pytest.raises(NoMessageError) as raised:
        bus.receive("price", sender="gw1", timeout=0)
    assert str(raised.value) == ("no 'price' from gw1 has come to gw0 within 0 s. [no-message]")
    assert bus.receive(sender="gw0").payload == 1
    with pytest.raises(NoMessageError, match="no message has come"):
        bus.receive(timeout=0)


def test_a_sender_learns_what_has_become_of_its_message(bus: AgentBus, door: MailDoor) -> None:
    """It was received, it will not be, or nobody knows yet."""
    first, second, third = (bus.send("gw1", "x", n, requires_ack=True) for n in range(3))
    door.take(MailSettled(word=Word(letter=first.message.id, problem="")))
    door.take(MailSettled(word=Word(letter=second.message.id, problem="gw1 is gone")))
    first.wait()
    with pytest.raises(MessageRefusedError, match=r"'x': gw1 is gone. \[message-refused\]"):
        second.wait()
    with pytest.raises(NoMessageError, match="gw1 has not received 'x' within 0 s"):
        third.wait(0)


def test_what_nobody_holds_is_not_kept(bus: AgentBus, door: MailDoor) -> None:
    """Word of it is heard, and forgotten."""
    bus.send("gw1", "x", requires_ack=True)
    gc.collect()
    door.take(MailSettled(word=Word(letter="gw0-ab-1", problem="")))


def test_who_has_not_asked_is_not_told(bus: AgentBus) -> None:
    """It would wait in vain."""
    with pytest.raises(AgentBusError, match="requires_ack=True"):
        bus.send("gw1", "x").wait()


def test_a_sender_waits_while_the_controller_is_behind(
    bus: AgentBus, door: MailDoor, channel: Channel
) -> None:
    """So that verdicts get through."""
    done = Event()

    def send() -> None:
        for number in range(posts.AT_ONCE + 1):
            bus.send("gw1", "x", number)
        done.set()

    start_thread(send)
    assert not done.wait(0.2)
    assert len(channel.posted) == posts.AT_ONCE
    door.take(MailAccepted(count=1))
    assert done.wait(60)
    assert len(channel.posted) == posts.AT_ONCE + 1


def test_a_request_has_an_answer(bus: AgentBus, door: MailDoor, channel: Channel) -> None:
    """Other messages stay where they are; an answer that comes late is nobody's."""

    def answer() -> None:
        while not channel.posted:
            pass
        question = channel.posted[0]
        deliver(door, letter(5, "gw1", "gw0"), 1)
        deliver(door, replace(letter(6, "gw1", "gw0"), reply_to=question.id), 2)
        deliver(door, replace(letter(7, "gw1", "gw0"), reply_to="gw0-of-old-1"), 3)

    start_thread(answer)
    assert bus.request("gw1", "price", timeout=60).payload == 6
    assert bus.receive().payload == 5
    with pytest.raises(NoMessageError):
        bus.receive(timeout=0)
    assert sorted(channel.taken) == [1, 2, 3]


def test_a_request_may_have_none(bus: AgentBus) -> None:
    """In time, or at all."""
    with pytest.raises(NoMessageError, match="gw1 has not answered 'price' within 0 s"):
        bus.request("gw1", "price", timeout=0)


def test_work_is_handed_over(bus: AgentBus, channel: Channel) -> None:
    """With what is needed to go on."""
    bus.handoff("gw1", reason="late", context=[1], work_state={"done": 2})
    (posted,) = channel.posted
    assert posted.intent == "handoff"
    assert posted.requires_ack
    handoff = Handoff.of(read_letter(posted))
    assert (handoff.reason, handoff.context, handoff.work_state) == ("late", [1], {"done": 2})


def test_an_escalation_goes_to_the_controller(own: AgentBus) -> None:
    """As urgent as it is severe."""
    message = own.escalate("critical", "no space", context=1, tried=["to wait"])
    assert (message.to, message.priority.value) == ("controller", "critical")
    assert Escalation.of(message).tried == ("to wait",)


def test_without_agents_one_sends_to_oneself(own: AgentBus) -> None:
    """There is nobody else."""
    sent = own.send(own.name, "x", (1, 2), requires_ack=True)
    own.broadcast("y")
    assert own.receive("x").payload == [1, 2]
    sent.wait(0)
    assert own.receive().intent == "y"
    with pytest.raises(UnknownAgentError, match="There are master and controller"):
        own.send("gw0", "x")


def test_plugins_may_fail(own: AgentBus) -> None:
    """Who waits is told."""
    own.send("controller", "good", requires_ack=True).wait(0)
    with pytest.raises(MessageRefusedError, match="they have failed"):
        own.request("controller", "bad")


def test_a_subscription_answers(own: AgentBus) -> None:
    """In a thread of its own; while it is open nobody else gets its messages."""
    with own.subscribe("double", lambda one: own.reply(one, 2 * one.payload)):
        assert own.request("master", "double", 4, timeout=60).payload == 8
        with pytest.raises(AgentBusError, match="has a subscription already"):
            own.subscribe("double", print)
    own.send("master", "double", 5)
    assert own.receive("double").payload == 5


def test_a_subscription_gets_what_waits(own: AgentBus) -> None:
    """What came before it, in order."""
    found: list[Message] = []
    done = Event()
    for number in range(3):
        own.send("master", "x", number)

    def take(message: Message) -> None:
        found.append(message)
        if message.payload == 2:
            done.set()

    with own.subscribe("x", take):
        assert done.wait(60)
    assert payloads(found) == [0, 1, 2]


def test_what_a_function_raises_ends_its_subscription(own: AgentBus) -> None:
    """It is raised where that is closed; what comes then is received as usual."""

    def fail(message: Message) -> None:
        raise KeyError(message.payload)

    subscription = own.subscribe("x", fail)
    own.send("master", "x", 1, requires_ack=True).wait(60)
    own.send("master", "x", 2)
    assert own.receive("x", timeout=60).payload == 2
    with pytest.raises(KeyError, match="1"):
        subscription.close()
    subscription.close()


def test_a_function_may_close_its_own_subscription(own: AgentBus) -> None:
    """It does not wait for itself."""
    closed = Event()

    def close(message: Message) -> None:
        subscription.close()
        closed.set()

    subscription = own.subscribe("x", close)
    own.send("master", "x")
    assert closed.wait(60)


def test_a_child_of_a_test_has_no_messages(bus: AgentBus, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not the agent."""
    monkeypatch.setattr(Link, "is_forked", property(lambda _link: True))
    with pytest.raises(AgentBusError, match="is no agent"):
        bus.send("gw1", "x")


@pytest.fixture
def answers(door: MailDoor, channel: Channel) -> Callable[[object], None]:
    """Lets the controller answer what will be asked next."""

    def answer(payload: object) -> None:
        channel.news.wait()
        asked = channel.posted[-1]
        head = Letterhead("controller", ("gw0", "gw1"), "ab")
        deliver(door, head.write("gw0", asked.intent, payload, reply_to=asked.id))

    return lambda payload: start_thread(answer, payload)


def test_an_agent_is_held_until_it_is_released(
    bus: AgentBus, channel: Channel, answers: Callable[[object], None]
) -> None:
    """Once, however often that is said."""
    answers(["gw1", None])
    with bus.acquire("print", capability="gpu", timeout=30) as held:
        assert (held.agent, held.task, repr(held)) == ("gw1", "print", "<gw1, held for 'print'>")
        held.release()
        assert repr(held) == "<gw1, released>"
    asked, released = channel.posted
    assert (asked.intent, asked.body) == ("agentorch.acquire", '["print","gpu"]')
    assert (released.intent, released.body) == ("agentorch.give-up", f'["{asked.id}"]')


@pytest.mark.parametrize(
    ("others", "kind", "message"),
    [
        (None, TaskInUseError, "an agent was acquired for 'print' already, .*task-in-use"),
        ("gw0: web", UnknownAgentError, r"the capability 'gpu' \(gw0: web\)\..*unknown-agent"),
    ],
)
def test_nobody_can_be_had(
    bus: AgentBus,
    answers: Callable[[object], None],
    others: str | None,
    kind: type[AgentBusError],
    message: str,
) -> None:
    """It is said why."""
    answers([None, others])
    with pytest.raises(kind, match=message):
        bus.acquire("print", capability="gpu", timeout=30)


def test_who_is_interrupted_while_it_waits_wants_no_agent(
    bus: AgentBus, channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A time limit may raise at any moment: nobody would release what comes then."""

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(bus, "_take", interrupted)
    with pytest.raises(KeyboardInterrupt):
        bus.acquire("print")
    asked, given_up = channel.posted
    assert given_up.body == f'["{asked.id}"]'


@pytest.mark.parametrize(("task", "capability"), [("", None), (3, None), ("print", ["gpu"])])
def test_what_is_asked_for_must_be_a_word(own: AgentBus, task: Any, capability: Any) -> None:
    """Before it leaves."""
    with pytest.raises(AgentBusError, match=r"is no .*\[bad-message\]"):
        own.acquire(task, capability=capability)
