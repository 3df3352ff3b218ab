"""The contract of an `AgentPool`, with real processes.

In the inbox arrive: `AgentOpened`, `AgentSpoke` any number of times, exactly one `AgentGone`.
"""

from __future__ import annotations

import os
import queue
import signal
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from queue import SimpleQueue
from types import SimpleNamespace
from typing import Any

import psutil
import pytest

from pytest_agentorch.controller import agent_wire, gateway
from pytest_agentorch.controller.agent_pool import AgentPool
from pytest_agentorch.controller.gateway import SpawnedAgentPool
from pytest_agentorch.controller.notice import AgentGone, AgentOpened, AgentSpoke, Notice
from pytest_agentorch.model.ids import AgentId, SlotId
from pytest_agentorch.protocol import connection
from pytest_agentorch.protocol import to_controller as said
from pytest_agentorch.protocol.to_agent import FinishSession, ReturnTests
from tests.contract import puppet
from tests.functional.processes import wait_until

ONE = AgentId("gw0")
TWO = AgentId("gw1")
LIMIT_SECONDS = 60.0


@dataclass
class Stage:
    """A pool, its inbox, and what has arrived."""

    pool: AgentPool
    inbox: SimpleQueue[Notice]
    heard: list[Notice] = field(default_factory=list)

    def open(self, agent: AgentId) -> None:
        """Start a process and wait until it is there."""
        self.pool.open(agent, SlotId(str(agent)))
        assert self.until(lambda n: isinstance(n, AgentOpened) and n.agent == agent)

    def begin(self, agent: AgentId, do: str, **more: Any) -> None:
        """Let an opened process do something."""
        self.pool.begin(agent, {"sys_path": sys.path, "do": do, **more})

    def until(self, wanted: Callable[[Notice], bool]) -> Notice:
        """Take from the inbox until something comes."""
        while True:
            try:
                notice = self.inbox.get(timeout=LIMIT_SECONDS)
            except queue.Empty:
                pytest.fail(f"it never came; before that: {self.heard[-5:]}")
            self.heard.append(notice)
            if wanted(notice):
                return notice

    def gone(self, agent: AgentId) -> AgentGone:
        """Wait for the end of a process."""
        notice = self.until(lambda n: isinstance(n, AgentGone) and n.agent == agent)
        assert isinstance(notice, AgentGone)
        return notice

    def spoke(self, agent: AgentId) -> int:
        """Wait for the next batch and return its first number."""
        notice = self.until(lambda n: isinstance(n, AgentSpoke) and n.agent == agent)
        assert isinstance(notice, AgentSpoke)
        return _numbers(notice)[0]

    def numbers(self, agent: AgentId) -> list[int]:
        """Everything that a process has said."""
        batches = [n for n in self.heard if isinstance(n, AgentSpoke) and n.agent == agent]
        return [number for batch in batches for number in _numbers(batch)]

    def kinds(self, agent: AgentId) -> list[type]:
        """The notices of a process, without repetitions of what it said."""
        kinds: list[type] = []
        for notice in self.heard:
            kind = type(notice)
            if getattr(notice, "agent", None) == agent and kinds[-1:] != [kind]:
                kinds.append(kind)
        return kinds


def _numbers(notice: AgentSpoke) -> list[int]:
    return [m.tests[0] for m in notice.messages if isinstance(m, said.TestsGivenBack)]


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    """A pool of spawned processes that run the puppet."""
    monkeypatch.setattr(gateway, "boot", puppet)
    inbox: SimpleQueue[Notice] = SimpleQueue()
    pool = SpawnedAgentPool(inbox, "a-run")
    yield Stage(pool, inbox)
    pool.close()


def is_gone(pid: int) -> bool:
    """Whether a process does not run any more."""
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def test_a_life_from_opened_to_gone(stage: Stage) -> None:
    """Told to do something it answers; dismissed it goes with return code 0, heard no more."""
    stage.open(ONE)
    stage.begin(ONE, "echo")
    pid = stage.spoke(ONE)
    assert psutil.pid_exists(pid)
    stage.pool.send(ONE, ReturnTests(tests=(41, 42)))
    assert stage.spoke(ONE) == 41
    stage.pool.send(ONE, FinishSession())
    stage.pool.dismiss(ONE)
    gone = stage.gone(ONE)
    assert (gone.returncode, gone.error) == (0, "")
    assert stage.kinds(ONE) == [AgentOpened, AgentSpoke, AgentGone]
    assert is_gone(pid)
    assert stage.inbox.empty()


def test_everything_that_was_said_arrives_before_the_end(stage: Stage) -> None:
    """Five hundred batches and `os._exit`: none is lost, all are in order, `AgentGone` is last."""
    stage.open(ONE)
    stage.begin(ONE, "talk", code=7)
    assert stage.gone(ONE).returncode == 7
    assert stage.numbers(ONE) == [n for i in range(500) for n in (i, i + 1000)]
    assert stage.kinds(ONE) == [AgentOpened, AgentSpoke, AgentGone]


def test_a_process_that_exits_slowly_is_not_blamed_for_it(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its wire is closed before it is gone: on a busy machine long before."""
    monkeypatch.setattr(agent_wire, "SILENT_SECONDS", 0.0)
    stage.open(ONE)
    stage.begin(ONE, "talk", code=7)
    gone = stage.gone(ONE)
    assert (gone.returncode, gone.error) == (7, "")


def test_a_dismissed_process_may_take_its_time(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody expects it to hold its wire."""
    monkeypatch.setattr(agent_wire, "SILENT_SECONDS", 0.0)
    stage.open(ONE)
    stage.begin(ONE, "echo")
    stage.spoke(ONE)
    stage.pool.dismiss(ONE)
    gone = stage.gone(ONE)
    assert (gone.returncode, gone.error) == (0, "")


def test_a_killed_process_is_gone_with_its_signal(stage: Stage) -> None:
    """`kill` ends it at once; a second call and messages to it do nothing."""
    stage.open(ONE)
    stage.begin(ONE, "echo")
    pid = stage.spoke(ONE)
    stage.pool.kill(ONE)
    assert stage.gone(ONE).returncode == -signal.SIGKILL
    stage.pool.kill(ONE)
    stage.pool.interrupt(ONE)
    stage.pool.send(ONE, FinishSession())
    assert is_gone(pid)
    assert stage.inbox.empty()


def test_a_process_that_is_killed_from_outside_is_gone(stage: Stage) -> None:
    """Nobody has to ask: the notice comes by itself."""
    stage.open(ONE)
    stage.begin(ONE, "echo")
    os.kill(stage.spoke(ONE), signal.SIGSEGV)
    assert stage.gone(ONE).returncode == -signal.SIGSEGV


def test_an_interrupted_process_may_still_speak(stage: Stage) -> None:
    """`interrupt` is Ctrl-C, not the end."""
    stage.open(ONE)
    stage.begin(ONE, "interruptible")
    stage.spoke(ONE)
    stage.pool.interrupt(ONE)
    assert stage.spoke(ONE) == -2
    stage.pool.dismiss(ONE)
    assert stage.gone(ONE).returncode == 0


def test_an_exception_over_there_is_told(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """The traceback is in `AgentGone.error`; the process does not stay."""
    monkeypatch.setattr(agent_wire, "LINGER_SECONDS", 0.1)
    stage.open(ONE)
    stage.begin(ONE, "raise")
    assert "the puppet breaks" in stage.gone(ONE).error


def test_a_process_that_talks_nonsense_is_ended(stage: Stage) -> None:
    """What it said is in the error."""
    stage.open(ONE)
    stage.begin(ONE, "babble")
    gone = stage.gone(ONE)
    assert "this is no message" in gone.error
    assert gone.returncode == -signal.SIGKILL


def test_a_batch_that_is_lost_costs_the_process(stage: Stage) -> None:
    """Something that it has said is missing: nothing that it says after that counts."""
    stage.open(ONE)
    stage.begin(ONE, "skip")
    gone = stage.gone(ONE)
    assert "batch 2 has come where 1 was due" in gone.error
    assert gone.returncode == -signal.SIGKILL
    assert stage.numbers(ONE) == [1]


def test_a_batch_that_comes_twice_counts_once(stage: Stage) -> None:
    """The process was interrupted while it sent, and did not know whether it had."""
    stage.open(ONE)
    stage.begin(ONE, "repeat")
    gone = stage.gone(ONE)
    assert (gone.returncode, gone.error) == (0, "")
    assert stage.numbers(ONE) == [0, 1, 2]


def test_a_child_that_holds_the_pipes_open_delays_nothing(stage: Stage) -> None:
    """It is ended with the group of its parent."""
    stage.open(ONE)
    stage.begin(ONE, "orphan")
    child = stage.spoke(ONE)
    assert stage.gone(ONE).returncode == 0
    assert wait_until(lambda: is_gone(child))


def test_a_process_that_closes_its_end_is_ended_after_a_while(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It lives, but it can be told nothing any more."""
    monkeypatch.setattr(agent_wire, "LINGER_SECONDS", 0.1)
    stage.open(ONE)
    stage.begin(ONE, "close")
    assert stage.gone(ONE).returncode == -signal.SIGKILL


def test_a_process_that_does_not_leave_is_ended_after_a_while(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`dismiss` waits for nobody for ever."""
    monkeypatch.setattr(agent_wire, "LINGER_SECONDS", 0.1)
    stage.open(ONE)
    stage.begin(ONE, "interruptible")
    pid = stage.spoke(ONE)
    stage.pool.dismiss(ONE)
    stage.gone(ONE)
    assert is_gone(pid)


def test_an_interpreter_that_cannot_be_started_is_gone_without_ever_being_opened(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No return code, and the reason."""
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    stage.pool.open(ONE, SlotId("gw0"))
    gone = stage.gone(ONE)
    assert gone.returncode is None
    assert "/nowhere/python" in gone.error
    assert stage.kinds(ONE) == [AgentGone]


def test_an_interpreter_that_breaks_off_is_gone_without_ever_being_opened(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is reaped, and its return code is told."""

    def connect(*args: Any, **kwargs: Any) -> Any:
        gateway = connection.connect(*args, **kwargs)
        gateway._io.popen.kill()
        return gateway

    monkeypatch.setattr(gateway, "connection", SimpleNamespace(connect=connect))
    stage.pool.open(ONE, SlotId("gw0"))
    gone = stage.gone(ONE)
    assert gone.returncode == -signal.SIGKILL
    assert "could not be started" in gone.error
    assert stage.kinds(ONE) == [AgentGone]


def test_what_got_out_of_reach_ends_with_the_pool(stage: Stage) -> None:
    """A process in a session of its own, without a parent, is known by its environment."""
    stage.open(ONE)
    stage.begin(ONE, "daemon")
    daemon = stage.spoke(ONE)
    assert stage.gone(ONE).returncode == 0
    assert not is_gone(daemon)
    stage.pool.close()
    stage.pool.join()
    assert wait_until(lambda: is_gone(daemon))


def test_processes_do_not_mix(stage: Stage) -> None:
    """Each notice names the process that it comes from; the end of one does not touch the other."""
    for agent in (ONE, TWO):
        stage.pool.open(agent, SlotId(str(agent)))
    opened: set[str] = set()
    while opened != {ONE, TWO}:
        notice = stage.until(lambda n: isinstance(n, AgentOpened))
        assert isinstance(notice, AgentOpened)
        opened.add(notice.agent)
    stage.begin(ONE, "talk", code=0)
    stage.begin(TWO, "echo")
    pid = stage.spoke(TWO)
    if AgentGone not in stage.kinds(ONE):
        stage.gone(ONE)
    stage.pool.send(TWO, ReturnTests(tests=(5,)))
    assert stage.spoke(TWO) == 5
    assert stage.numbers(TWO) == [pid, 5]


def test_plugins_see_the_slot_as_the_id_of_the_gateway(stage: Stage) -> None:
    """A replacement has an id of its own, and the slot of the one it replaces."""
    for agent in (AgentId("gw0"), AgentId("gw0.2")):
        stage.pool.open(agent, SlotId("gw0"))
        stage.until(lambda n: isinstance(n, AgentOpened))
        assert stage.pool.gateway(agent).id == "gw0"


def test_close_ends_what_is_left(stage: Stage) -> None:
    """Opened, at work, or just being started: when it returns nothing runs."""
    stage.open(ONE)
    stage.begin(ONE, "echo")
    pid = stage.spoke(ONE)
    stage.pool.open(TWO, SlotId("gw1"))
    before = {child.pid for child in psutil.Process().children(recursive=True)}
    assert pid in before
    stage.pool.close()
    assert is_gone(pid)
    assert wait_until(lambda: not psutil.Process().children(recursive=True), patience=10.0)
