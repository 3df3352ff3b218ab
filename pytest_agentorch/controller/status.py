"""What runs now, told on the terminal when somebody asks for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pytest

from pytest_agentorch.controller.interlude import write_between
from pytest_agentorch.controller.run import RunRecorder
from pytest_agentorch.model.ids import AgentId
from pytest_agentorch.results.run_summary import RunSummary
from pytest_agentorch.system.memory import memory_of

if TYPE_CHECKING:
    from pytest_agentorch.reporting.terminal_text import Section


class Status:
    """Prints it between the lines and dots of pytest's terminal."""

    def __init__(self, config: pytest.Config, recorder: RunRecorder) -> None:
        self._config = config
        self._recorder = recorder

    def summary(self) -> RunSummary:
        """The run as it is now."""
        return self._recorder.summary()

    def tell(self, silent: Mapping[AgentId, float]) -> None:
        """Say how far the run is and what its agents do; some were silent for so many seconds."""
        from pytest_agentorch.reporting import status_text

        summary = self._recorder.summary()
        memory = memory_of([agent.pid for agent in summary.agents if agent.pid is not None])
        now = self._recorder.clock()
        self._write(status_text.status_section(summary, memory, silent, now=now))

    def tell_collecting(self, agent: AgentId, pid: int, file: str) -> None:
        """Say what is collected; an agent that has not said hello has the number 0."""
        from pytest_agentorch.reporting import status_text

        memory = memory_of([pid] if pid else [])
        took = self._recorder.clock() - self._recorder.began
        self._write(status_text.collecting_section(agent, pid, file, memory, took=took))

    def _write(self, section: Section) -> None:
        write_between(self._config, section.lines, title=section.title)
