"""`progress.json`: how far a run is, for whoever looks while it goes on."""

from __future__ import annotations

import platform
from pathlib import Path
from typing import Any

from pytest_agentorch.model.agent_view import AgentStatus
from pytest_agentorch.model.frozen import as_dict
from pytest_agentorch.model.ids import RunId
from pytest_agentorch.results.progress import Progress
from pytest_agentorch.results.standing import AgentStanding, Standing
from pytest_agentorch.storage.agent_row import Traits, agent_row
from pytest_agentorch.storage.moment import utc
from pytest_agentorch.storage.run_record import status_after
from pytest_agentorch.storage.whole_file import write_document

_NOTHING = Traits()


class ProgressFile:
    """The file of one run.

    Args:
        path: where it is.
        run: its id.
        started: when it began.
        traits: of its agents.
    """

    def __init__(
        self,
        path: Path,
        run: RunId,
        started: float,
        traits: Traits = _NOTHING,
    ) -> None:
        self._path = path
        self._run = run
        self._started = started
        self._traits = traits

    def write(self, progress: Progress) -> None:
        """Write it anew. A reader sees the old file or the new, never half.

        Raises:
            OSError: it cannot be written.
        """
        write_document(self._path, self._document(progress))

    def _document(self, progress: Progress) -> dict[str, Any]:
        left, is_over = progress.seconds_left, progress.reason is not None
        return {
            "run": self._run,
            "status": status_after(progress.reason, has_plan=progress.has_plan).value,
            "started": utc(self._started),
            "updated": utc(progress.at),
            "seconds": round(progress.at - self._started, 3),
            "expected_end": None if left is None or is_over else utc(progress.at + left),
            "tests": _counts(progress.standing),
            "phases": [
                {
                    "name": phase.phase,
                    "status": "stopped" if is_over and not phase.is_over else phase.state,
                    "waits_for": list(phase.waits_for),
                    "agents": phase.busy,
                    "most_agents": phase.agents,
                    "tests": _counts(phase.standing),
                }
                for phase in progress.phases
            ],
            "agents": [self._agent(agent, progress.at) for agent in progress.agents],
            "statistics": _statistics(progress),
        }

    def _agent(self, agent: AgentStanding, at: float) -> dict[str, Any]:
        status = agent.view.status.value
        is_busy = agent.view.test is not None
        row = agent_row(
            agent.summary,
            status=status,
            phases=agent.phases,
            updated=at,
            host=platform.node(),
            traits=self._traits,
        )
        return {
            **row,
            "test": agent.node_id or None,
            "since": utc(agent.view.since) if is_busy else None,
            "seconds": round(at - agent.view.since, 3) if is_busy else None,
            "assigned": len(agent.view.queued),
        }


def _counts(standing: Standing) -> dict[str, Any]:
    verdicts = as_dict(standing.tally)
    del verdicts["not_run"]
    return {
        "total": standing.tally.total,
        "pending": standing.pending,
        "assigned": standing.assigned,
        "started": standing.started,
        "finished": standing.finished,
        **verdicts,
        "percent": standing.percent,
    }


def _statistics(progress: Progress) -> dict[str, Any]:
    """Agents and tests in numbers: `available` are those that could begin something."""
    active = [agent for agent in progress.agents if agent.view.status is AgentStatus.ACTIVE]
    busy = sum(bool(agent.view.tests) for agent in active)
    return {
        "total": progress.processes,
        "available": len(active) - busy,
        "busy": busy,
        "lost": progress.lost,
        "completion_rate": progress.standing.percent,
        "success_rate": progress.standing.tally.success_rate,
    }
