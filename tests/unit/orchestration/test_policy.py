"""What a run does if nobody says otherwise."""

from __future__ import annotations

from pytest_agentorch.model.settings import Crash
from pytest_agentorch.orchestration.policy import Policy


def test_by_default_nothing_stops_a_run_and_a_crash_is_forgiven_once() -> None:
    """No limit of failures, one more run for the test that cost an agent, ten seconds of grace."""
    assert Policy() == Policy(stop_after=0, crash=Crash.RERUN, grace_seconds=10.0)
