"""The crew: agent processes with what pytest's plugins know of them, nodes and their hooks."""

from __future__ import annotations

import base64
import contextlib
import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import execnet
import pytest

from pytest_agentorch.controller.agent_pool import AgentPool
from pytest_agentorch.controller.interruption import interrupted
from pytest_agentorch.controller.node import Node, NodeManager
from pytest_agentorch.controller.notice import (
    AgentGone,
    AgentOpened,
    AgentSpoke,
    Notice,
    SignalArrived,
)
from pytest_agentorch.controller.output_tail import OutputTail
from pytest_agentorch.controller.progress import ProgressTeller
from pytest_agentorch.controller.start import Post, Start, start_data
from pytest_agentorch.controller.stopped import StopWatch
from pytest_agentorch.model.ids import AgentId, SlotId
from pytest_agentorch.model.run_fixture import Home
from pytest_agentorch.orchestration.ability import abilities
from pytest_agentorch.orchestration.start_choice import StartChoice
from pytest_agentorch.protocol.to_agent import ToAgent
from pytest_agentorch.protocol.to_controller import (
    PROTOCOL_VERSION,
    Hello,
    SessionEnded,
    TestsCollected,
)
from pytest_agentorch.system.host import platform_name
from pytest_agentorch.system.native import Empty, SimpleQueue


class Crew:
    """Starts agents, keeps their nodes, and hands over what they say. Lives in the main thread."""

    def __init__(
        self,
        start: Start,
        pool: AgentPool,
        inbox: SimpleQueue[Notice],
        output: OutputTail,
        progress: ProgressTeller,
    ) -> None:
        self._start = start
        self._pool = pool
        self._inbox = inbox
        self._stop_watch = StopWatch(pool.heed_stopped)
        self._output = output
        self._progress = progress
        self._slots: dict[AgentId, SlotId] = {}
        self._collecting: set[AgentId] = set()
        self._homes: dict[AgentId, Home] = {}
        self._import_path: tuple[str, ...] | None = None
        self._nodes: dict[AgentId, Node] = {}
        self._down: set[AgentId] = set()
        self._ready: set[AgentId] = set()
        numbers = range(start.settings.agents)
        specs = tuple(execnet.XSpec(f"popen//id=gw{number}") for number in numbers)
        there = start.settings.resources.capabilities
        self._abilities = abilities(there, start.settings.agents) if there else {}
        self.manager = NodeManager(start.config, start.testrun_uid, specs)

    @property
    def start_choice(self) -> StartChoice:
        """How agents start, and why; not decided before one has collected."""
        return self._pool.choice

    @property
    def wants_phases(self) -> bool:
        """Whether agents are to know the phase of each test: what it covers, or its environment."""
        settings = self._start.settings
        return settings.coverage is not None or any(phase.env for phase in settings.phases)

    def announce(self) -> None:
        """Tell plugins how many agents there may be."""
        config = self._start.config
        config.hook.pytest_xdist_setupnodes(config=config, specs=list(self.manager.specs))

    def start_host(self, host: AgentId, home: Home) -> None:
        """Start a process that sets up fixtures for all agents."""
        self._homes[host] = home
        self.start(host, SlotId(host), collects=False)

    def start(self, agent: AgentId, slot: SlotId, *, collects: bool) -> None:
        """Start an agent."""
        self._slots[agent] = slot
        self._stop_watch.begin()
        if collects:
            self._collecting.add(agent)
        self._pool.open(agent, slot)

    def settle(self, agent: AgentId) -> bool:
        """Let the agent that has collected run tests; say whether it introduces itself for that."""
        return self._pool.settle(agent)

    def send(self, agent: AgentId, message: ToAgent) -> None:
        """Send a message to an agent."""
        self._pool.send(agent, message)

    def interrupt(self, agent: AgentId) -> None:
        """Interrupt what an agent does."""
        self._pool.interrupt(agent)

    def terminate(self, agent: AgentId) -> None:
        """End an agent that heeds nothing; it writes down what its threads are doing."""
        self._pool.terminate(agent)

    def kill(self, agent: AgentId) -> None:
        """Kill an agent. One that never came to run anything is not missed by plugins."""
        if agent not in self._ready:
            self._down.add(agent)
        self._pool.kill(agent)

    def last_words(self, agent: AgentId) -> str:
        """The last that an agent wrote."""
        return self._output.last_words(agent)

    def record_file(self, agent: AgentId) -> Path:
        """Where an agent writes down what it has begun and finished."""
        return self._output.record_file(agent)

    def node(self, agent: AgentId) -> Node | None:
        """The node of an agent; None if it never came up."""
        return self._nodes.get(agent)

    @property
    def nodes(self) -> list[Node]:
        """The nodes of all agents that are up and have not ended."""
        return [node for agent, node in self._nodes.items() if agent not in self._down]

    def slot(self, agent: AgentId) -> SlotId:
        """The slot of an agent."""
        return self._slots[agent]

    @property
    def slots(self) -> tuple[SlotId, ...]:
        """All slots of the run."""
        return tuple(SlotId(str(spec.id)) for spec in self.manager.specs)

    @property
    def present(self) -> list[AgentId]:
        """The agents that can run tests and have not ended."""
        return [agent for agent in self._slots if agent in self._ready - self._down]

    def next_notice(self, timeout: float | None) -> Notice | None:
        """Wait for what comes next, and do what concerns the nodes; None when the time is up.

        It may be up early: others have something to do now and then.
        """
        try:
            notice = self._inbox.get(timeout=self._progress.within(timeout))
        except Empty:
            return None
        match notice:
            case AgentOpened():
                self._opened(notice.agent)
            case AgentSpoke():
                for message in notice.messages:
                    self._heard(notice.agent, message)
            case AgentGone():
                self._gone(notice)
        return notice

    def post(self, notices: Iterable[Notice]) -> None:
        """Let notices come after those that have arrived."""
        for notice in notices:
            self._inbox.put(notice)

    def wait_for_end(self, agent: AgentId) -> None:
        """Wait until an agent is gone that has been told to finish."""
        while True:
            match self.next_notice(None):
                case AgentSpoke() as notice:
                    for message in notice.messages:
                        if isinstance(message, SessionEnded):
                            self.part(notice.agent, message)
                case AgentGone(agent=gone) if gone == agent:
                    return
                case SignalArrived(name=name):
                    interrupted(name)

    def close(self) -> None:
        """End whatever is left, and tell plugins."""
        self._stop_watch.end()
        self._pool.close()
        with contextlib.suppress(Empty):
            while True:
                notice = self._inbox.get_nowait()
                if isinstance(notice, AgentGone):
                    self._gone(notice)
        # Who waits for word from all of them must not wait for those that were not needed.
        self._start.config.option.numprocesses = len(self._ready) or None

    def join(self) -> None:
        """Wait until nothing is left."""
        self._pool.join()

    def _opened(self, agent: AgentId) -> None:
        config = self._start.config
        gateway = self._pool.gateway(agent)
        config.hook.pytest_xdist_newgateway(gateway=gateway)
        node = Node(
            config=config,
            manager=self.manager,
            agent=agent,
            slot=self._slots[agent],
            gateway=gateway,
            mainargv=sys.argv,
            capabilities=self._abilities.get(self._slots[agent], ()),
        )
        self._nodes[agent] = gateway.node = node
        config.hook.pytest_configure_node(node=node)
        post = Post(
            node=node,
            slot=self._slots[agent],
            output=self._output,
            collects=agent in self._collecting,
            import_path=self._import_path,
            home=self._homes.get(agent),
        )
        self._pool.begin(agent, start_data(self._start, post))

    def _heard(self, agent: AgentId, message: object) -> None:
        node = self._nodes[agent]
        match message:
            case Hello() if not node.workerinfo:
                spec, slot = node.gateway.spec, node.workerinput["workerid"]
                known = {**message.info, "id": slot, "spec": spec}
                node.workerinfo = {**known, "platform": platform_name()}
                node.workerinfo["version_info"] = tuple(message.info["version_info"])
                if message.protocol != PROTOCOL_VERSION:
                    raise pytest.UsageError(
                        f"agent {agent} speaks protocol {message.protocol}, this is "
                        f"{PROTOCOL_VERSION}: install the same pytest-agentorch for both. "
                        "[protocol-mismatch]"
                    )
                self._start.config.hook.pytest_testnodeready(node=node)
            case TestsCollected():
                self._import_path = message.import_path

    def part(self, agent: AgentId, message: SessionEnded) -> None:
        """The session of an agent has ended, and all that it has said before has been told."""
        node = self._nodes[agent]
        with contextlib.suppress(Exception):
            # What cannot be read is as good as none.
            node.workeroutput = execnet.loads(base64.b64decode(message.workeroutput))
        self._tell_down(agent, None)
        self._pool.dismiss(agent)

    def tell_collected(self, agent: AgentId, ids: list[str]) -> None:
        """Tell plugins which tests an agent can run."""
        if agent in self._ready:
            return
        self._ready.add(agent)
        hook = self._start.config.hook.pytest_xdist_node_collection_finished
        hook(node=self._nodes[agent], ids=ids)

    def _gone(self, notice: AgentGone) -> None:
        error = notice.error or f"lost with return code {notice.returncode}"
        self._tell_down(notice.agent, error)

    def _tell_down(self, agent: AgentId, error: str | None) -> None:
        if agent in self._nodes and agent not in self._down:
            self._down.add(agent)
            self._nodes[agent].shutting_down = True
            self._start.config.hook.pytest_testnodedown(node=self._nodes[agent], error=error)


@contextlib.contextmanager
def one_hash_seed() -> Iterator[None]:
    """Let all interpreters of a run order their sets alike: ids made of them are the same then."""
    before = os.environ.get("PYTHONHASHSEED")
    if before in (None, "random"):
        os.environ["PYTHONHASHSEED"] = str(int.from_bytes(os.urandom(4), "big") % 4294967295)
    try:
        yield
    finally:
        if before is None:
            os.environ.pop("PYTHONHASHSEED", None)
        else:
            os.environ["PYTHONHASHSEED"] = before
