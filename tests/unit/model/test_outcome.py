"""Verdicts."""

from __future__ import annotations

from pytest_agentorch.model.outcome import Outcome


def test_failures_and_errors_are_bad() -> None:
    """And nothing else."""
    assert {outcome for outcome in Outcome if outcome.is_bad} == {Outcome.FAILED, Outcome.ERROR}
