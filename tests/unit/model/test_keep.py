"""What is kept of runs that are over."""

from __future__ import annotations

from pytest_agentorch.model.keep import Keep


def test_ten_directories_are_kept_and_nothing_else() -> None:
    """Unless somebody says otherwise."""
    assert Keep() == Keep(runs=10, archives=0, days=0.0)
