"""Tests that stay together."""

from __future__ import annotations

from pytest_agentorch.model.ids import TestId
from pytest_agentorch.orchestration.unit import Unit


def test_only_what_may_be_split_can_be_divided_among_agents() -> None:
    """A sticky unit is for one agent, also if its tests share nothing."""
    tests = (TestId(0), TestId(1))
    assert Unit(tests=tests).pieces == 2
    assert Unit(tests=tests, shares=True).pieces == 2
    assert Unit(tests=tests, sticky=True).pieces == 1
