"""`agents/<slot>.jsonl`."""

from __future__ import annotations

import json
from pathlib import Path

from pytest_agentorch.model.event import AgentExited
from pytest_agentorch.model.exit_status import ExitStatus
from pytest_agentorch.model.ids import PhaseName
from pytest_agentorch.results.usage import AgentSummary
from pytest_agentorch.storage.agent_file import add_agent
from pytest_agentorch.storage.agent_row import Traits
from tests.unit.event_builders import SIGSEGV, START, a_run, connected, lost, plan_of, summary_of


def test_processes_of_a_slot_are_in_one_file(tmp_path: Path) -> None:
    """With their ends: what they had in hand, and their last words."""
    events = connected("gw0"), lost("gw0", 0), connected("gw0.2", at=4.0)
    first, second = summary_of(a_run(), plan_of(2), *events).agents
    ends: tuple[tuple[AgentSummary, ExitStatus, str, list[str]], ...] = (
        (first, SIGSEGV, "Fatal Python error", ["a", "b"]),
        (second, ExitStatus(returncode=0), "", []),
    )
    for agent, status, output, in_hand in ends:
        end = AgentExited(agent=agent.agent, status=status, output=output, at=START + 5.0)
        phases = [PhaseName("unit")]
        folder = tmp_path / "agents"
        add_agent(
            folder,
            agent,
            end,
            phases=phases,
            in_hand=in_hand,
            host="here",
            traits=Traits(),
        )
    lines = (tmp_path / "agents" / "gw0.jsonl").read_text("utf-8").splitlines()
    died, ended = map(json.loads, lines)
    assert (died["id"], died["status"], died["ended_how"]) == ("gw0", "failed", "SIGSEGV (11)")
    assert (died["returncode"], died["signal"], died["reason"]) == (-11, "SIGSEGV", None)
    assert (died["in_hand"], died["output"]) == (["a", "b"], "Fatal Python error")
    assert (died["host"], died["type"]) == ("here", ["unit"])
    assert (ended["id"], ended["returncode"], ended["signal"]) == ("gw0.2", 0, None)
    assert (ended["in_hand"], ended["output"]) == ([], "")
