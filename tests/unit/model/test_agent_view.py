"""An agent as somebody sees it who looks on."""

from __future__ import annotations

from typing import Any

from pytest_agentorch.model.agent_view import AgentStatus, AgentView
from pytest_agentorch.model.ids import AgentId, SlotId, TestId


def test_all_that_it_has_is_what_it_runs_and_what_it_has_not_begun() -> None:
    """In this order; it may run nothing."""
    fields: dict[str, Any] = {
        "agent": AgentId("gw0"),
        "slot": SlotId("gw0"),
        "status": AgentStatus.ACTIVE,
    }
    queued = (TestId(4), TestId(2))
    assert AgentView(**fields, queued=queued).tests == (4, 2)
    assert AgentView(**fields, test=TestId(0), queued=queued).tests == (0, 4, 2)
