"""What becomes of a running test that takes long."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_agentorch.model.ids import AgentId, TestId
from pytest_agentorch.orchestration.deadlines import Deadlines, Lateness, Limits

GW0, GW1 = AgentId("gw0"), AgentId("gw1")
ONE, TWO = TestId(1), TestId(2)
NEVER = math.inf


def limits(timeout: float = 100, overdue: float = 30, grace: float = 5) -> Limits:
    """Limits of a test."""
    return Limits(timeout=timeout, overdue=overdue, grace=grace)


def story(given: Limits) -> list[tuple[float, Lateness]]:
    """When a test that began at 1000 became how late, if the clock rings as it is asked to."""
    deadlines, told = Deadlines(), []
    deadlines.begin(GW0, ONE, 1000.0, given)
    while (at := deadlines.next_at) is not None:
        (late,) = deadlines.late(at)
        assert (late.agent, late.test, late.seconds) == (GW0, ONE, at - 1000.0)
        told.append((at - 1000.0, late.lateness))
    return told


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (
            limits(),
            [
                (30, Lateness.OVERDUE),
                (100, Lateness.ASKED_TO_END),
                (105, Lateness.OUT_OF_PATIENCE),
            ],
        ),
        (limits(timeout=0), [(30, Lateness.OVERDUE)]),
        (limits(overdue=0), [(100, Lateness.ASKED_TO_END), (105, Lateness.OUT_OF_PATIENCE)]),
        (limits(timeout=0, overdue=0), []),
        (limits(timeout=20), [(20, Lateness.ASKED_TO_END), (25, Lateness.OUT_OF_PATIENCE)]),
        (limits(timeout=30), [(30, Lateness.ASKED_TO_END), (35, Lateness.OUT_OF_PATIENCE)]),
        (
            limits(grace=0),
            [
                (30, Lateness.OVERDUE),
                (100, Lateness.ASKED_TO_END),
                (100, Lateness.OUT_OF_PATIENCE),
            ],
        ),
    ],
)
def test_each_step_comes_in_its_time(given: Limits, told: list[tuple[float, Lateness]]) -> None:
    """A limit of 0 is none; who is out of time is not overdue first."""
    assert story(given) == told


def test_a_test_that_has_ended_is_not_late() -> None:
    """Nor is one whose agent is gone."""
    deadlines = Deadlines()
    deadlines.begin(GW0, ONE, 0.0, limits())
    deadlines.begin(GW1, TWO, 10.0, limits())
    assert deadlines.next_at == 30.0
    deadlines.end(GW0)
    deadlines.end(GW0)
    assert deadlines.next_at == 40.0
    assert [late.test for late in deadlines.late(200.0)] == [TWO]


def test_the_next_test_of_an_agent_has_its_own_time() -> None:
    """Whatever became of the one before it."""
    deadlines = Deadlines()
    deadlines.begin(GW0, ONE, 0.0, limits())
    assert [late.lateness for late in deadlines.late(100.0)] == [Lateness.ASKED_TO_END]
    assert deadlines.was_asked_to_end(GW0)
    deadlines.begin(GW0, TWO, 101.0, limits())
    assert not deadlines.was_asked_to_end(GW0)
    assert deadlines.next_at == 131.0


def test_after_a_long_sleep_of_the_machine_there_is_still_a_grace() -> None:
    """All that was due in between is one step."""
    deadlines = Deadlines()
    deadlines.begin(GW0, ONE, 0.0, limits())
    assert [late.lateness for late in deadlines.late(9000.0)] == [Lateness.ASKED_TO_END]
    assert deadlines.next_at == 9005.0
    assert [*deadlines.late(9004.0)] == []
    assert [late.lateness for late in deadlines.late(9005.0)] == [Lateness.OUT_OF_PATIENCE]


@given(
    st.builds(limits, *[st.one_of(st.just(0.0), st.floats(0.001, 1e6, allow_nan=False))] * 3),
    st.lists(st.floats(0.0, 1e7, allow_nan=False), max_size=20),
)
def test_nobody_is_ever_less_late(given: Limits, moments: list[float]) -> None:
    """Or asked to end before the time is over, or ended without having been asked."""
    deadlines, before = Deadlines(), Lateness.IN_TIME
    deadlines.begin(GW0, ONE, 0.0, given)
    for at in sorted(moments):
        for late in deadlines.late(at):
            assert late.lateness > before
            if late.lateness is Lateness.ASKED_TO_END:
                assert given.timeout
                assert at >= given.timeout
            if late.lateness is Lateness.OUT_OF_PATIENCE:
                assert before is Lateness.ASKED_TO_END
            before = late.lateness
