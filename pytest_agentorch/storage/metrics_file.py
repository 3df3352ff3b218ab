"""`metrics/samples.jsonl`: what the run took of the host, one line per look."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pytest_agentorch.model.memory_event import AgentSample
from pytest_agentorch.storage.line_file import append_line
from pytest_agentorch.system.host import HostUse

_SHARE = 1 / 1000
"""Looks are apart at least by as much of the time that the run has taken: long ones write less."""


class MetricsFile:
    """The file of one run.

    Args:
        path: where it is.
        started: when the run began.
    """

    def __init__(self, path: Path, started: float) -> None:
        self._path = path
        self._started = self._latest = started
        self._computed: dict[str, tuple[float, float]] = {}

    def add(
        self, agents: Iterable[AgentSample], controller: AgentSample, host: HostUse, at: float
    ) -> None:
        """Append a look.

        Args:
            agents: what each agent takes.
            controller: what this process takes, with all that is no agent's.
            host: how busy it is, whoever uses it.
            at: the moment.

        Raises:
            OSError: there is no place for it.
        """
        if at - self._latest < (at - self._started) * _SHARE:
            return
        self._latest = at
        row = {
            "at": at,
            "seconds": round(at - self._started, 3),
            "host": {
                "cpu_percent": host.cpu_percent,
                "memory_available": host.memory_available,
            },
            "controller": self._sample(controller, at),
            "agents": {sample.agent: self._sample(sample, at) for sample in agents},
        }
        append_line(self._path, row)

    def _sample(self, sample: AgentSample, at: float) -> dict[str, Any]:
        before = self._computed.get(sample.agent)
        self._computed[sample.agent] = at, sample.cpu_seconds
        percent = None
        if before is not None and at > before[0]:
            computed = max(0.0, sample.cpu_seconds - before[1])
            percent = round(100 * computed / (at - before[0]), 1)
        return {
            "cpu_percent": percent,
            "cpu_seconds": round(sample.cpu_seconds, 2),
            "memory": sample.memory,
            "threads": sample.threads,
            "open_files": sample.open_files,
        }
