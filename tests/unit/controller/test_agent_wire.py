"""When an agent's wire closes: who is killed, and what is told of it."""

from __future__ import annotations

import signal
from collections.abc import Callable
from queue import SimpleQueue
from types import SimpleNamespace

import pytest

from pytest_agentorch.controller import agent_wire
from pytest_agentorch.controller.agent_wire import AgentWire
from pytest_agentorch.controller.notice import AgentGone, Notice
from pytest_agentorch.model.ids import AgentId, SlotId
from pytest_agentorch.protocol.codec import TO_CONTROLLER
from pytest_agentorch.protocol.to_controller import PROTOCOL_VERSION, Hello

CHANNEL = SimpleNamespace(_getremoteerror=EOFError)


class Stage:
    """A wire to a process that there is not."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *, ended: bool) -> None:
        self.inbox: SimpleQueue[Notice] = SimpleQueue()
        self.killed: list[int] = []
        self.later: list[Callable[[], None]] = []
        monkeypatch.setattr(agent_wire, "SILENT_SECONDS", 0.0)
        monkeypatch.setattr(agent_wire, "start_thread", self.later.append)
        monkeypatch.setattr(agent_wire, "kill_tree", self.killed.append)
        monkeypatch.setattr(agent_wire, "has_ended", lambda _: ended)
        self.wire = AgentWire(AgentId("gw0"), SlotId("gw0"), self.inbox)
        self.wire.gateway = SimpleNamespace(exit=lambda: None)
        self.wire._channel = CHANNEL
        self.wire.pid = 42

    def closed(self) -> None:
        """The wire closes, and the time is up."""
        self.wire._receive(None)
        for end in self.later:
            end()

    def told(self, returncode: int | None) -> str:
        """The process is gone; return what is said of it."""
        self.wire.tell_gone(returncode)
        gone = self.inbox.get_nowait()
        assert isinstance(gone, AgentGone)
        return gone.error


def test_a_process_that_lives_on_is_killed_and_blamed(monkeypatch: pytest.MonkeyPatch) -> None:
    """It can be told nothing any more."""
    stage = Stage(monkeypatch, ended=False)
    stage.closed()
    assert stage.killed == [42]
    assert stage.told(-signal.SIGKILL) == "it closed its end of the wire and lived on"


def test_a_process_that_has_ended_is_left_to_its_parent(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who has to tell of its end may be busy."""
    stage = Stage(monkeypatch, ended=True)
    stage.closed()
    assert stage.killed == []
    assert stage.told(3) == ""


def test_a_process_that_was_just_exiting_is_not_blamed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The kill came too late to be its end."""
    stage = Stage(monkeypatch, ended=False)
    stage.closed()
    assert stage.told(3) == ""


def test_a_dismissed_process_may_take_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """There is one who will kill it in the end, and no second one."""
    stage = Stage(monkeypatch, ended=False)
    stage.wire.dismiss()
    stage.wire._receive(None)
    assert len(stage.later) == 1


def test_who_has_not_been_told_of_says_who_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """In its first message; the number that is known already is not replaced."""
    hello = Hello(protocol=PROTOCOL_VERSION, pid=7, forked=True, info={})
    for known, named in ((None, 7), (42, 42)):
        wire = Stage(monkeypatch, ended=False).wire
        wire.pid = known
        wire._receive(TO_CONTROLLER.encode([hello], 0))
        assert wire.wait_named() == named


def test_who_was_never_there_has_no_number(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its wire closes before anything has come."""
    stage = Stage(monkeypatch, ended=False)
    stage.wire.pid = None
    stage.closed()
    assert stage.wire.wait_named() is None
