"""How much there is of what tests share."""

from __future__ import annotations

import pytest

from pytest_agentorch.model.supply import Supply


@pytest.mark.parametrize(("agents", "share"), [(1, 1000), (2, 1000), (3, 666), (8, 250)])
def test_an_agent_has_a_cpu_or_its_part(agents: int, share: int) -> None:
    """All of them together have no more than there is."""
    assert Supply(cpus=2000).share(agents) == share
