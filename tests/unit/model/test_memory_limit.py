"""Limits of memory, in words."""

from __future__ import annotations

from pytest_agentorch.model.memory_limit import Excess, killed_by_kernel, too_much


def test_both_sizes_are_said() -> None:
    """And what the limit is called in the configuration."""
    said = "its agent had 1.3 GiB, 1 GiB are allowed (memory_hard)"
    assert too_much(int(1.3 * 2**30), 2**30) == said
    assert str(Excess(memory=int(1.3 * 2**30), limit=2**30, at=0.0)) == said


def test_what_the_kernel_has_killed_is_told_with_what_it_had() -> None:
    """As far as that is known."""
    assert killed_by_kernel(None) == "killed by the kernel's out-of-memory killer"
    assert killed_by_kernel(3 << 30) == f"{killed_by_kernel(None)}, with 3 GiB"
