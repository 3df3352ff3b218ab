"""How much there is."""

from __future__ import annotations

from pytest_agentorch.model.capacity import Capacity


def test_nobody_need_share_it() -> None:
    """Then it has no name."""
    capacity = Capacity(cpus=1.5, host_cpus=8.0, memory=0, host_memory=0)
    assert (capacity.cpus, capacity.domain) == (1.5, "")
