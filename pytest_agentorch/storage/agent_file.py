"""`agents/<slot>.jsonl`: the processes of a slot that have ended, one per line."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pytest_agentorch.model.event import AgentExited
from pytest_agentorch.model.ids import PhaseName
from pytest_agentorch.results.usage import AgentSummary
from pytest_agentorch.storage.agent_row import Traits, agent_row
from pytest_agentorch.storage.line_file import append_line


def add_agent(
    folder: Path,
    agent: AgentSummary,
    end: AgentExited,
    *,
    phases: Sequence[PhaseName],
    in_hand: Sequence[str],
    host: str,
    traits: Traits,
) -> None:
    """Append the record of a process that has ended.

    Args:
        folder: of the file.
        agent: what is known of it.
        end: how it has ended.
        phases: of which it has run tests.
        in_hand: names of the tests that it had and had not ended.
        host: where it was.
        traits: of all agents.

    Raises:
        OSError: there is no place for it.
    """
    status = agent.state.value
    row = {
        **agent_row(agent, status=status, phases=phases, updated=end.at, host=host, traits=traits),
        "returncode": end.status.returncode,
        "signal": end.status.signal_name,
        "reason": end.status.reason or None,
        "in_hand": list(in_hand),
        "output": end.output,
    }
    append_line(folder / f"{agent.slot}.jsonl", row)
