"""Names."""

from __future__ import annotations

import pytest

from pytest_agentorch.model.ids import SlotId, agent_id


@pytest.mark.parametrize(("incarnation", "name"), [(1, "gw1"), (2, "gw1.2"), (11, "gw1.11")])
def test_the_first_process_of_a_slot_is_called_like_it(incarnation: int, name: str) -> None:
    """Later ones are numbered."""
    assert agent_id(SlotId("gw1"), incarnation) == name
