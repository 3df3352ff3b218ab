"""Why a run ended."""

from __future__ import annotations

from pytest_agentorch.model.stop_reason import StopReason


def test_the_most_severe_reason_wins() -> None:
    """The order is part of the meaning."""
    assert [*StopReason] == sorted(StopReason)
    assert max(StopReason.REQUESTED, StopReason.MAXFAIL) is StopReason.REQUESTED
    assert min(StopReason) is StopReason.FINISHED
    assert max(StopReason) is StopReason.INTERNAL_ERROR
