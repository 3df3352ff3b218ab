"""The agent's end of the wire, with a channel that exists only here."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from pytest_agentorch.agent import link as links
from pytest_agentorch.agent.link import Link
from pytest_agentorch.model.errors import ProtocolError
from pytest_agentorch.protocol import to_agent as say
from pytest_agentorch.protocol import to_controller as said
from pytest_agentorch.protocol.codec import TO_AGENT, TO_CONTROLLER


class Channel:
    """Keeps what is sent; `before` is called first, and may break it."""

    def __init__(self) -> None:
        self.blobs: list[bytes] = []
        self.before: Callable[[], object] = lambda: None
        self.receive: Callable[[bytes | None], object] = lambda _blob: None

    def send(self, blob: bytes) -> None:
        """Keep it."""
        self.before()
        self.blobs.append(blob)

    def setcallback(self, receive: Callable[[bytes | None], object], endmarker: object) -> None:
        """Remember whom to call."""
        assert endmarker is None
        self.receive = receive

    @property
    def batches(self) -> list[Sequence[said.ToController]]:
        """What arrives at the controller."""
        return [TO_CONTROLLER.decode(blob, number) for number, blob in enumerate(self.blobs)]


@pytest.fixture
def channel() -> Channel:
    """A wire."""
    return Channel()


def line(text: str) -> said.LiveLogWritten:
    """Something to say."""
    return said.LiveLogWritten(text=text)


def test_messages_leave_in_batches(channel: Channel) -> None:
    """What is posted waits for what is sent."""
    link = Link(channel)
    link.post(line("a"))
    link.send(line("b"))
    link.flush()
    link.post(line("c"))
    link.flush()
    assert channel.batches == [[line("a"), line("b")], [line("c")]]


def test_a_wire_that_is_closed_is_no_error(channel: Channel) -> None:
    """The process ends soon."""

    def closed() -> None:
        raise OSError("closed")

    link = Link(channel)
    channel.before = closed
    link.send(line("a"))
    assert channel.blobs == []


def test_what_comes_in_between_leaves_afterwards(channel: Channel) -> None:
    """A signal handler logs while a batch is being sent: the order of batches is kept."""
    link = Link(channel)

    def handler() -> None:
        channel.before = lambda: None
        link.send(line("from the handler"))

    channel.before = handler
    link.send(line("a"))
    assert channel.batches == [[line("a")], [line("from the handler")]]


def test_what_was_interrupted_is_sent_again_as_it_was(channel: Channel) -> None:
    """Nobody knows whether it has left: nothing is lost, and the controller knows it again."""
    link = Link(channel)
    channel.before = interrupt
    with pytest.raises(KeyboardInterrupt):
        link.send(line("a"))
    channel.before = lambda: None
    link.send(line("b"))
    assert channel.batches == [[line("a")], [line("b")]]


def test_an_alarm_is_no_error_of_the_wire(channel: Channel) -> None:
    """Its handler may raise what looks like one."""

    def alarm() -> None:
        channel.before = lambda: None
        raise TimeoutError("an alarm")

    link = Link(channel)
    channel.before = alarm
    link.send(line("a"))
    assert channel.batches == [[line("a")]]


def interrupt() -> None:
    """Do what Ctrl-C does."""
    raise KeyboardInterrupt


def test_messages_come_in_by_number(channel: Channel) -> None:
    """One that is missing ends the hearing; the end of the wire ends the session."""
    heard: list[say.ToAgent] = []
    Link(channel).listen(heard.append)
    channel.receive(TO_AGENT.encode([say.Proceed()], 0))
    channel.receive(TO_AGENT.encode([say.ReturnTests(tests=(1,))], 1))
    with pytest.raises(ProtocolError, match="batch 3 has come where 2 was due"):
        channel.receive(TO_AGENT.encode([say.Proceed()], 3))
    channel.receive(None)
    assert heard == [say.Proceed(), say.ReturnTests(tests=(1,)), say.FinishSession()]


def test_a_forked_child_says_nothing(channel: Channel, monkeypatch: pytest.MonkeyPatch) -> None:
    """It has the same wire, but it is not the agent."""
    link = Link(channel)
    link.post(line("a"))
    forked = [link.is_forked]
    monkeypatch.setattr(links, "getpid", lambda: -1)
    forked.append(link.is_forked)
    assert forked == [False, True]
    link.post(line("b"))
    link.send(line("c"))
    link.flush()
    assert channel.blobs == []
    monkeypatch.undo()
    link.flush()
    assert channel.batches == [[line("a")]]
