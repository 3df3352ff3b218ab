"""What happened to an agent and to a test."""

from __future__ import annotations

from pytest_agentorch.model.event import TestReassigned
from pytest_agentorch.model.ids import AgentId, TestId
from pytest_agentorch.results.timeline import Timelines
from tests.unit.event_builders import START, connected, given_up, lost, started


def test_it_has_what_concerns_the_agent_or_the_test_in_order() -> None:
    """Each moment once, and nothing of others."""
    timelines = Timelines()
    first = lost("gw0", 1, at=3.0)
    again = TestReassigned(test=TestId(1), agent=AgentId("gw0"), at=START + 3.0)
    for event in (
        connected("gw0", at=1.0),
        connected("gw1", at=1.0),
        started(1, "gw0", at=2.0),
        first,
        again,
        connected("gw0.2", at=4.0),
        given_up(1, "gw0.2", at=6.0),
    ):
        timelines.on_event(event)
    assert [(one.at - START, one.what.partition(":")[0]) for one in timelines.of(first)] == [
        (1.0, "gw0 came up, pid 100"),
        (3.0, "gw0 was lost"),
        (3.0, "the test was to run again, alone"),
        (6.0, "the test was given up"),
    ]


def test_nothing_is_known_of_others() -> None:
    """It is empty, then."""
    assert Timelines().of(lost("gw7", None)) == ()
