"""What a run takes."""

from __future__ import annotations

from pytest_agentorch.model.share import AGENT_MEMORY, Share, Wish


def test_what_is_not_said() -> None:
    """An agent needs half a gibibyte; nobody has taken anything."""
    assert Wish(agents=None, memory=0, limit=0.8).agent_memory == AGENT_MEMORY == 512 << 20
    assert Share(agents=3) == Share(
        agents=3, memory=0, most_memory=0, by_memory=False, taken_cpus=0, other_runs=0
    )
