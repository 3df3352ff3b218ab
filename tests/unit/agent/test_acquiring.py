"""What is asked for, and why it cannot be had."""

from __future__ import annotations

from pytest_agentorch.agent.acquiring import not_in_time, wish_for
from pytest_agentorch.model.agent_entry import AgentEntry
from pytest_agentorch.model.agent_view import AgentStatus


def test_who_waits_in_vain_is_told_of_all_that_match() -> None:
    """For which tasks they are held, or how they are."""
    there = [
        AgentEntry(name="gw0", status=AgentStatus.ACTIVE, task="print"),
        AgentEntry(name="gw1", status=AgentStatus.DRAINING),
    ]
    assert str(not_in_time(wish_for("scan", "gpu"), 2.5, there)) == (
        "no agent with the capability 'gpu' was free within 2.5 s: gw0 is held for 'print', "
        "gw1 is draining. [agent-held]"
    )


def test_there_may_be_nobody_who_matches() -> None:
    """None has been started yet, or all have ended."""
    assert str(not_in_time(wish_for("scan", None), 5.0, [])) == (
        "no agent was free within 5 s: none of them is there. [agent-held]"
    )
