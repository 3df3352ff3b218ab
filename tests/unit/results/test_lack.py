"""What an agent has not collected although another one has."""

from __future__ import annotations

from pytest_agentorch.model.event import AgentReady, TestsMissing
from pytest_agentorch.model.ids import AgentId, TestId
from pytest_agentorch.results.lack import Lack, lack_of
from tests.unit.event_builders import connected

GW1, TESTS = AgentId("gw1"), (TestId(1), TestId(0))


def test_an_agent_that_notices_late_says_why() -> None:
    """It could not import a file."""
    event = TestsMissing(agent=GW1, tests=TESTS, reason="ImportError: no", at=1.0)
    assert lack_of(event) == Lack(agent=GW1, tests=TESTS, reason="ImportError: no")


def test_an_agent_that_has_collected_everything_gives_no_reason() -> None:
    """It has found other tests."""
    event = AgentReady(agent=GW1, missing=TESTS, at=1.0)
    assert lack_of(event) == Lack(agent=GW1, tests=TESTS, reason="")


def test_nothing_else_is_a_lack() -> None:
    """Nor that nothing is missing."""
    assert lack_of(AgentReady(agent=GW1, missing=(), at=1.0)) is None
    assert lack_of(connected("gw1")) is None
