"""Limits of memory, in words."""

from __future__ import annotations

from pytest_agentorch.model.memory_limit import Excess, too_much


def test_both_sizes_are_said() -> None:
    """And what the limit is called in the configuration."""
    said = "its agent had 1.3 GiB, 1 GiB are allowed (memory_hard)"
    assert too_much(int(1.3 * 2**30), 2**30) == said
    assert str(Excess(memory=int(1.3 * 2**30), limit=2**30, at=0.0)) == said
