"""How long a run will probably still take."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_agentorch.model.ids import PhaseName
from pytest_agentorch.results.expected_end import Experience, LeftOver, seconds_left

NOTHING = Experience(tests=0, seconds=0.0, forecast=0.0)


def left(phase: str = "unit", *after: str, **changes: Any) -> LeftOver:
    """Ten tests that take ten seconds together, on at most two agents."""
    fields: dict[str, Any] = {"agents": 2, "tests": 10, "forecast": 10.0, "spent": 0.0}
    names = tuple(map(PhaseName, after))
    return LeftOver(phase=PhaseName(phase), after=names, **{**fields, **changes})


def test_agents_share_what_is_foreseen() -> None:
    """What has been spent on it is gone."""
    assert seconds_left([left()], NOTHING, agents=2, has_forecast=True) == 5.0
    assert seconds_left([left(spent=4.0)], NOTHING, agents=2, has_forecast=True) == 3.0
    assert seconds_left([left(spent=99.0)], NOTHING, agents=2, has_forecast=True) == 0.0


def test_what_takes_longer_than_foreseen_goes_on_so() -> None:
    """The machine may have other things to do."""
    slow = Experience(tests=5, seconds=10.0, forecast=5.0)
    assert seconds_left([left()], slow, agents=2, has_forecast=True) == 10.0
    noise = Experience(tests=5, seconds=0.5, forecast=0.05)
    assert seconds_left([left()], noise, agents=2, has_forecast=True) == 5.0


def test_without_a_forecast_those_that_have_ended_are_the_measure() -> None:
    """Before there are any nobody knows."""
    known = Experience(tests=4, seconds=8.0, forecast=0.0)
    assert seconds_left([left(forecast=0.0)], known, agents=2, has_forecast=False) == 10.0
    assert seconds_left([left(forecast=0.0)], NOTHING, agents=2, has_forecast=False) is None


@pytest.mark.parametrize(
    ("phases", "seconds"),
    [
        ([left(), left("e2e", "unit", agents=1)], 15.0),
        ([left(), left("e2e", agents=1)], 10.0),
        ([left(), left("e2e", "gone", agents=1)], 10.0),
        ([left(agents=1), left("a", "unit", agents=1), left("b", "unit", agents=1)], 20.0),
        ([left(tests=1)], 10.0),
        ([], 0.0),
    ],
)
def test_phases_wait_for_each_other_and_have_few_agents(
    phases: list[LeftOver], seconds: float
) -> None:
    """Nothing is faster than the longest chain, or than all agents together."""
    assert seconds_left(phases, NOTHING, agents=2, has_forecast=True) == seconds
