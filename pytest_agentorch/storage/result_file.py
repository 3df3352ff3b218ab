"""`results/<phase>.jsonl`: what has become of the tests of a phase, one per line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from pytest_agentorch.model.ids import AgentId, PhaseName, TestId
from pytest_agentorch.results.result import TestResult
from pytest_agentorch.storage.line_file import lines_of
from pytest_agentorch.storage.whole_file import write_whole

AssignedAt = Callable[[TestId, AgentId, float], float | None]
"""When an agent was given a test that it began at that moment."""


def write_results(
    folder: Path, phase: PhaseName, results: Sequence[TestResult], assigned: AssignedAt
) -> None:
    """Write the file of a phase. A reader sees the old file or the new, never half.

    Raises:
        OSError: it cannot be written.
    """
    folder.mkdir(mode=0o700, exist_ok=True)
    rows = (_row(result, assigned) for result in results)
    write_whole(folder / f"{quote(phase, safe=' ')}.jsonl", lines_of(rows))


def _row(result: TestResult, assigned: AssignedAt) -> dict[str, Any]:
    """Return a row. Moments are seconds since the epoch, as in the event log."""
    test, started = result.planned.test, result.started
    has_ended = started is not None and result.outcome is not None
    row = {
        "id": result.node_id,
        "outcome": None if result.outcome is None else result.outcome.value,
        "seconds": round(result.seconds, 6),
        "agent": result.agent,
        "attempts": result.attempts,
        "assigned": _assigned(test, result.agent, started, assigned),
        "started": started,
        "ended": started + result.seconds if started is not None and has_ended else None,
    }
    if result.earlier:
        row["earlier"] = [
            {
                "agent": attempt.agent,
                "message": attempt.message,
                "assigned": assigned(test, attempt.agent, attempt.started),
                "started": attempt.started,
                "ended": attempt.ended,
            }
            for attempt in result.earlier
        ]
    return row


def _assigned(
    test: TestId, agent: AgentId | None, started: float | None, assigned: AssignedAt
) -> float | None:
    return None if agent is None or started is None else assigned(test, agent, started)
