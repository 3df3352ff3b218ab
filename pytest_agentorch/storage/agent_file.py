"""`agents/<slot>.jsonl`: the processes of a slot that have ended, one per line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from pytest_agentorch.model.exit_status import ExitStatus
from pytest_agentorch.model.ids import AgentId, PhaseName
from pytest_agentorch.results.usage import AgentSummary
from pytest_agentorch.storage.agent_row import agent_row
from pytest_agentorch.storage.line_file import append_line

_OUTPUT_ENDINGS = (".log", ".out", ".err")


def add_agent(
    run: Path,
    agent: AgentSummary,
    *,
    status: ExitStatus,
    phases: Sequence[PhaseName],
    in_hand: Sequence[str],
    at: float,
    host: str,
) -> None:
    """Append the record of a process that has ended.

    Args:
        run: the run directory.
        agent: what is known of it.
        status: how it has ended.
        phases: of which it has run tests.
        in_hand: names of the tests that it had and had not ended.
        at: when it ended.
        host: where it was.

    Raises:
        OSError: there is no place for it.
    """
    row = {
        **agent_row(agent, status=agent.state.value, phases=phases, updated=at, host=host),
        "returncode": status.returncode,
        "signal": status.signal_name,
        "reason": status.reason or None,
        "in_hand": list(in_hand),
        "output": list(_written(run, agent.agent)),
    }
    append_line(run / "agents" / f"{agent.slot}.jsonl", row)


def _written(run: Path, agent: AgentId) -> Iterator[str]:
    """What it has left of its output, as seen from the run directory."""
    for ending in _OUTPUT_ENDINGS:
        path = run / "logs" / f"{agent}{ending}"
        if path.exists() and path.stat().st_size:
            yield f"logs/{path.name}"
