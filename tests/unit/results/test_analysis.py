"""What is to be said of a run, and which number of agents is the best."""

from __future__ import annotations

import pytest

from pytest_agentorch.model.settings import Goal
from pytest_agentorch.results.analysis import analyse, best_of, numbers
from pytest_agentorch.results.bottleneck import Kind
from pytest_agentorch.results.replay import WhatIf
from tests.unit.results.measured_run import measured


def test_a_run_that_waits_would_have_been_faster_on_more_agents() -> None:
    """As many as there are tests."""
    found = analyse(measured((1.0,) * 8, (1.0,) * 8))
    assert found.best is not None
    assert found.best.agents == 16
    eight, one = found.on(8), found.on(1)
    assert eight is not None
    assert eight.seconds == pytest.approx(3.0)
    assert one is not None
    assert one.seconds == pytest.approx(17.0)
    assert found.on(5) is None


def test_a_run_that_computes_has_its_cpus() -> None:
    """More agents would change nothing."""
    found = analyse(measured((1.0,) * 8, (1.0,) * 8, cpu=1.0))
    assert found.best is not None
    assert found.best.agents == 2
    assert found.bound is not None
    assert found.bound.kind is Kind.CPU


def test_a_short_run_is_not_worth_it() -> None:
    """Nobody waits for it: it has limits and health, and that is all."""
    found = analyse(measured((0.9,), (0.9,)))
    assert (found.bound, found.what_ifs, found.best) == (None, (), None)
    assert found.limits
    assert found.health.score == 100


def test_a_run_that_says_too_little_has_no_what_ifs() -> None:
    """Its shape is not known."""
    found = analyse(measured((3.0,), (3.0,), shapes=()))
    assert found.bound is not None
    assert (found.what_ifs, found.best) == ((), None)


@pytest.mark.parametrize(
    ("cpus", "asked", "expected"),
    [
        (2.0, 2, (1, 2, 3, 4, 6, 8, 12, 16)),
        (2.0, 5, (1, 2, 3, 4, 5, 6, 8, 12, 16)),
        (0.5, 40, (1, 2, 3, 4, 6, 8, 12, 16, 40)),
        (8.0, 7, (1, 2, 3, 4, 6, 7, 8, 12, 16, 24, 32)),
        (5.0, 4, (1, 2, 3, 4, 6, 8, 12, 16, 20)),
    ],
)
def test_numbers_that_are_thought_of(cpus: float, asked: int, expected: tuple[int, ...]) -> None:
    """Up to four for each CPU, or sixteen, and what there was."""
    assert numbers(cpus, asked) == expected


@pytest.mark.parametrize(("goal", "expected"), [(Goal.TIME, 8), (Goal.BALANCE, 4), (Goal.COST, 2)])
def test_the_goal_decides_what_is_best(goal: Goal, expected: int) -> None:
    """The fastest, the fewest that are nearly so, or those that need the least in all."""
    candidates = [
        WhatIf(agents=1, seconds=20.0),
        WhatIf(agents=2, seconds=12.0),
        WhatIf(agents=4, seconds=10.2),
        WhatIf(agents=8, seconds=10.0),
        WhatIf(agents=16, seconds=9.95),
    ]
    assert best_of(candidates, goal).agents == expected
