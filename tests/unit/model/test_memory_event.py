"""What agents take, as events."""

from __future__ import annotations

from typing import get_args

import pytest

from pytest_agentorch.model import event as ev
from pytest_agentorch.model import memory_event


@pytest.mark.parametrize(
    "name",
    [
        *("AgentGrown", "AgentsMeasured", "AgentsSampled"),
        *("MemoryExceeded", "MemoryShort", "SoftLimitLow"),
    ],
)
def test_they_belong_to_the_one_vocabulary(name: str) -> None:
    """Whoever reads events need not know where they are kept."""
    assert getattr(ev, name) is getattr(memory_event, name)
    assert getattr(ev, name) in get_args(ev.Event)
