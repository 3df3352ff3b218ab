"""How a test that has failed gets another chance."""

from __future__ import annotations

from pytest_agentorch.model.retry import Flaky, RetryWay


def test_their_values_are_what_users_write() -> None:
    """On the command line and in the configuration."""
    assert [way.value for way in RetryWay] == ["soon", "fresh", "at-end"]
    assert [flaky.value for flaky in Flaky] == ["pass", "fail"]
