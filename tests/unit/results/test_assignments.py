"""Who was given which tests, and when. What agents have is checked in random runs, too."""

from __future__ import annotations

from pytest_agentorch.model.event import CopyEnded, TestsMissing, TestsReturned
from pytest_agentorch.model.ids import AgentId, TestId
from pytest_agentorch.results.assignments import AssignmentEvent, Assignments
from tests.unit.event_builders import START, assigned, finished, retried

GW0, GW1 = AgentId("gw0"), AgentId("gw1")


def after(*events: AssignmentEvent) -> Assignments:
    """What is known after these events."""
    assignments = Assignments()
    for event in events:
        assignments.on_event(event)
    return assignments


def some(*tests: int) -> tuple[TestId, ...]:
    """Positions of tests."""
    return tuple(map(TestId, tests))


def test_an_agent_has_what_it_was_given_and_has_not_ended() -> None:
    """Whatever has become of it: a verdict, another attempt, or another agent."""
    given = assigned(GW0, 0, 1, 2, 3, 4, 5)
    back = TestsReturned(agent=GW0, tests=some(4), at=START)
    missing = TestsMissing(agent=GW0, tests=some(3), reason="", at=START)
    copy = CopyEnded(agent=GW0, test=TestId(2), seconds=1.0, at=START)
    known = after(given, finished(0), retried(1), copy, missing, back)
    assert known.in_hand(GW0) == some(5)
    assert known.in_hand(GW1) == ()


def test_each_attempt_was_assigned_at_some_moment() -> None:
    """The last one before it began, on the same agent."""
    known = after(assigned(GW0, 7, at=1.0), assigned(GW1, 7, at=2.0), assigned(GW0, 7, at=5.0))
    assert known.at(TestId(7), GW0, START + 4.0) == START + 1.0
    assert known.at(TestId(7), GW0, START + 5.0) == START + 5.0
    assert known.at(TestId(7), GW1, START + 9.0) == START + 2.0
    assert known.at(TestId(7), GW1, START + 1.5) is None
    assert known.at(TestId(8), GW0, START + 9.0) is None


def test_it_may_be_asked_between_two_assignments() -> None:
    """A phase is over before another begins."""
    known = after(assigned(GW0, 0, at=1.0))
    assert known.at(TestId(0), GW0, START + 1.0) == START + 1.0
    known.on_event(assigned(GW0, 1, at=2.0))
    assert known.at(TestId(1), GW0, START + 3.0) == START + 2.0
    assert known.at(TestId(0), GW0, START + 3.0) == START + 1.0
