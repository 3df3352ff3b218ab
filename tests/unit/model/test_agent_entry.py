"""An agent as it is found."""

from __future__ import annotations

import pytest

from pytest_agentorch.model.agent_entry import AgentEntry
from pytest_agentorch.model.agent_view import AgentStatus


@pytest.mark.parametrize(
    ("entry", "is_free", "told"),
    [
        (AgentEntry(name="gw0", status=AgentStatus.ACTIVE), True, "gw0 is free"),
        (
            AgentEntry(name="gw0", status=AgentStatus.ACTIVE, task="print"),
            False,
            "gw0 is held for 'print'",
        ),
        (AgentEntry(name="gw1", status=AgentStatus.DRAINING), False, "gw1 is draining"),
        (AgentEntry(name="gw1", status=AgentStatus.REGISTERED), False, "gw1 is registered"),
    ],
)
def test_only_an_active_agent_is_free(entry: AgentEntry, is_free: bool, told: str) -> None:
    """If nobody holds it."""
    assert (entry.is_free, str(entry)) == (is_free, told)
