"""The controller's end of the nursery: requests to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pytest_agentorch.controller.early_process import EarlyProcess, pack
from pytest_agentorch.model.ids import AgentId
from pytest_agentorch.protocol.pipe_io import PipeEnds
from pytest_agentorch.protocol.to_zygote import CopyForAgent


class NurseryHandle(EarlyProcess):
    """A process that was forked early and is copied for each agent."""

    def copy(
        self,
        agent: AgentId,
        start: Mapping[str, Any],
        environment: Mapping[str, str],
        wire: PipeEnds,
    ) -> None:
        """Let a copy of it be an agent that has these ends of a wire."""
        request = CopyForAgent(agent=agent, start=pack(start), environment=dict(environment))
        self._send(request, wire)
