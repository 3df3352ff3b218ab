"""The controller's end of the zygote: requests to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pytest_agentorch.controller.early_process import EarlyProcess, pack
from pytest_agentorch.model.ids import AgentId
from pytest_agentorch.protocol.pipe_io import PipeEnds
from pytest_agentorch.protocol.to_zygote import BecomeAgent, EndZygote, ForkAgent, Go


class ZygoteHandle(EarlyProcess):
    """A zygote that was forked early and waits for the word to go."""

    def go(self, start: Mapping[str, Any], environment: Mapping[str, str]) -> None:
        """Let it load conftests and collect, in an environment."""
        self._send(Go(start=pack(start), environment=dict(environment)))

    def fork(self, agent: AgentId, start: Mapping[str, Any], wire: PipeEnds) -> None:
        """Let it fork an agent that has these ends of a wire."""
        self._send(ForkAgent(agent=agent, start=pack(start)), wire)

    def become(self, agent: AgentId, start: Mapping[str, Any], wire: PipeEnds) -> None:
        """Let it be an agent itself, with these ends of a wire."""
        self._send(BecomeAgent(agent=agent, start=pack(start)), wire)

    def end(self) -> None:
        """Let it undo what it has set up, and exit."""
        self._send(EndZygote())
