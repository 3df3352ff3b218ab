"""Births: a process that has no thread forks an agent whenever the controller wants one."""

from __future__ import annotations

import base64
import os
from collections.abc import Callable
from os import _exit
from typing import Any, NamedTuple

import execnet

from pytest_agentorch.agent.children import Children
from pytest_agentorch.agent.farewell import flush_streams
from pytest_agentorch.agent.link import Link
from pytest_agentorch.model.ids import AgentId
from pytest_agentorch.protocol.any_text import conceals, revealed
from pytest_agentorch.protocol.birth_news import AgentForked, AgentReaped
from pytest_agentorch.protocol.codec import TO_ZYGOTE
from pytest_agentorch.protocol.frames import FrameSocket
from pytest_agentorch.protocol.pipe_io import PipeEnds
from pytest_agentorch.protocol.to_zygote import BecomeAgent, CopyForAgent, ForkAgent, ToZygote


class Birth(NamedTuple):
    """What a process needs to become an agent: how it is started, and its end of the wire.

    Attributes:
        environment: the controller's; empty if the process has it already.
    """

    start: dict[str, Any]
    wire: PipeEnds
    environment: dict[str, str]


class Births:
    """Forks, reaps, and tells the controller of both.

    Args:
        heard: how many frames the controller has sent before.
        orphaned: called when the controller is gone, just before the process ends.
        end: called when the controller wants nothing any more; does not return.
    """

    def __init__(
        self,
        frames: FrameSocket,
        link: Link,
        *,
        heard: int = 0,
        orphaned: Callable[[], None] = lambda: None,
        end: Callable[[], None] = lambda: None,
    ) -> None:
        self._frames = frames
        self._link = link
        self._heard = heard
        self._orphaned = orphaned
        self._end = end
        self._children = Children()

    def serve(self) -> Birth:
        """Do what the controller wants; what comes out of here is to be an agent."""
        while True:
            for agent, (returncode, peak) in self._children.reap():
                self._link.send(
                    AgentReaped(agent=agent, returncode=returncode, peak_memory=peak, error="")
                )
            if not self._children.wait(self._frames):
                continue
            frame = self._frames.receive()
            if frame is None:
                self._orphaned()
                _exit(1)
            for request in TO_ZYGOTE.decode(frame.blob, self._heard):
                self._heard += 1
                birth = self._heed(request, frame.descriptors)
                if birth is not None:
                    self._children.disown()
                    self._frames.close()
                    return birth

    def _heed(self, request: ToZygote, descriptors: tuple[int, ...]) -> Birth | None:
        """Do one thing; the return is what this process is to be, if that is something else."""
        match request:
            case BecomeAgent():
                return Birth(unpack(request.start), PipeEnds(*descriptors), {})
            case ForkAgent() | CopyForAgent():
                wire = PipeEnds(*descriptors)
                if not self._fork(request.agent, wire):
                    return None
                environment = request.environment if isinstance(request, CopyForAgent) else {}
                return Birth(unpack(request.start), wire, environment)
            case _:
                self._end()
                return None

    def _fork(self, agent: AgentId, wire: PipeEnds) -> bool:
        """Fork; True in the child."""
        flush_streams()
        try:
            pid = os.fork()
        except OSError as error:
            self._link.send(
                AgentReaped(agent=agent, returncode=None, peak_memory=None, error=f"fork: {error}")
            )
        else:
            if not pid:
                return True
            self._children.add(pid, agent)
            self._link.send(AgentForked(agent=agent, pid=pid))
        wire.close()
        return False


def unpack(start: str) -> dict[str, Any]:
    """Read what a controller has packed."""
    dumped = base64.b64decode(start)
    data = execnet.loads(dumped)
    assert isinstance(data, dict)
    return revealed(data) if conceals(dumped) else data
