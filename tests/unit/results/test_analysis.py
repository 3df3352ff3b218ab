"""What is to be said of a run, and which number of agents is the best."""

from __future__ import annotations

import pytest

from pytest_agentorch.model.demand import Demand
from pytest_agentorch.model.frozen import replace
from pytest_agentorch.model.ids import TestId
from pytest_agentorch.model.needs import Needs
from pytest_agentorch.model.settings import Goal
from pytest_agentorch.results.analysis import analyse, best_of, better_than, numbers, why_better
from pytest_agentorch.results.bottleneck import Kind
from pytest_agentorch.results.replay import WhatIf
from tests.unit.results.measured_run import cost, measured


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


def test_needs_that_are_too_many_to_be_replayed_leave_no_what_ifs() -> None:
    """Better nothing than what is not true."""
    tests = [Demand(tests=(TestId(n),), needs=Needs(reads=(f"{n}",))) for n in range(98)]
    tests.append(Demand(tests=(TestId(98),), needs=Needs(writes=tuple(map(str, range(98))))))
    run = measured((0.1,) * 99, demands=tuple(tests), agents=2)
    assert analyse(run).what_ifs == ()
    assert analyse(replace(run, demands=())).best is not None


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


WAITS = ((0.5,) * 8, (0.5,) * 8)


def test_a_number_is_learnt_only_if_it_is_notably_better() -> None:
    """Than the one that there would be without."""
    waits, computes = analyse(measured(*WAITS)), analyse(measured(*WAITS, cpu=1.0))
    better = better_than(waits, 2, Goal.BALANCE)
    assert better is not None
    assert better.agents == 16
    assert better_than(waits, 16, Goal.BALANCE) is None
    assert better_than(computes, 2, Goal.BALANCE) is None
    # Of a number that was not replayed the next smaller one is taken.
    assert better_than(waits, 20, Goal.BALANCE) is None
    assert better_than(analyse(measured((0.1,))), 2, Goal.BALANCE) is None


def test_fewer_agents_may_cost_less() -> None:
    """If that is the goal."""
    long = analyse(measured((8.0,), (0.5,), goal="cost"))
    fewer = better_than(long, 2, Goal.COST)
    assert fewer is not None
    assert fewer.agents == 1
    assert better_than(analyse(measured((8.0,), (0.5,))), 2, Goal.BALANCE) is None


@pytest.mark.parametrize(
    ("cpu", "best", "delay", "reason"),
    [
        (0.1, 8, 0.0, "the last run waited 90 % of its time"),
        (0.1, 8, 2.8, "the last run waited 66 % of its time"),
        (0.75, 8, 0.0, "more would have been faster in the last run"),
        (0.1, 1, 0.0, "more would have cost more in the last run"),
    ],
)
def test_why_another_number_is_better(cpu: float, best: int, delay: float, reason: str) -> None:
    """What other processes had of the CPUs is nothing that a test waited for."""
    costs = [cost(4.0 * cpu, delay)] * 2
    run = measured(*WAITS, cpu=cpu, costs=costs)
    assert why_better(run, best, 2) == reason
