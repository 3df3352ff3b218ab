"""Runs in which time passes: how soon they are over, and in which order tests begin."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_agentorch.model.history import History
from pytest_agentorch.model.needs import ResourceSettings
from pytest_agentorch.orchestration.plan import Plan
from tests.unit.orchestration.plans import a_history, a_test, planned
from tests.unit.orchestration.timed_run import TimedRun


def skewed() -> list[float]:
    """Two hundred tests of very different length, the longest ones last; a minute in all."""
    chance = random.Random(20)  # noqa: S311 - a workload, no secret
    some = [chance.lognormvariate(-2.2, 1.0) for _ in range(197)]
    return [seconds * 42.0 / sum(some) for seconds in some] + [5.0, 6.0, 7.0]


def a_plan(
    seconds: Sequence[float], agents: int, *, known: bool, file: int = 10, **more: object
) -> Plan:
    """Plan tests, so many in a file."""
    tests = [a_test(n, path=f"test_{n // file}.py") for n in range(len(seconds))]
    history = a_history(tests, *seconds) if known else History()
    return planned(tests, agents=agents, history=history, **more)


def ratio(seconds: Sequence[float], agents: int, *, known: bool, file: int = 10) -> float:
    """How much longer than necessary a run takes."""
    least = max(sum(seconds) / agents, *seconds)
    return TimedRun(a_plan(seconds, agents, known=known, file=file), seconds).ended / least


@pytest.mark.parametrize("agents", [2, 4, 8])
def test_with_known_durations_no_agent_waits_long_for_another(agents: int) -> None:
    """Without them the long tests at the end are noticed too late."""
    assert ratio(skewed(), agents, known=True) < 1.03
    assert ratio(skewed(), agents, known=False) > 1.09


def test_a_long_test_among_many_short_ones_begins_first() -> None:
    """It would be alone at the end."""
    seconds = [0.002] * 500
    seconds[490] = 1.0
    assert ratio(seconds, 2, known=True, file=100) < 1.01
    run = TimedRun(a_plan(seconds, 2, known=True, file=100), seconds)
    assert run.begun[0][1] == 490


def test_short_tests_run_in_the_order_in_which_they_were_collected() -> None:
    """File by file, as if nothing were known, until an agent has nothing else to do."""
    seconds = [0.001 * (1 + n % 7) for n in range(300)]
    orders = []
    for known in (True, False):
        run = TimedRun(a_plan(seconds, 2, known=known), seconds)
        orders.append([test for _, test in run.begun if test < 200])
    assert sorted(orders[0]) == [*range(200)]
    for file in range(20):
        for order in orders:
            mine = [test for test in order if test // 10 == file]
            assert mine == sorted(mine)


def test_a_chosen_order_is_kept() -> None:
    """Although what comes last takes longest."""
    seconds = [0.2, 0.3, 0.2, 0.3, 5.0]
    run = TimedRun(a_plan(seconds, 2, known=True, file=1, keep_order=True), seconds)
    assert [test for _, test in run.begun] == [0, 1, 2, 3, 4]


@settings(deadline=None, max_examples=60)
@given(
    seconds=st.lists(st.sampled_from([0.001, 0.01, 0.09, 0.3, 1.0, 4.0]), min_size=1, max_size=40),
    agents=st.integers(1, 5),
    file=st.integers(1, 12),
    known=st.booleans(),
)
def test_nobody_is_idle_while_a_test_waits(
    seconds: list[float], agents: int, file: int, known: bool
) -> None:
    """Graham's bound: when the last test begins, all agents have been busy until then."""
    longest, messages = max(seconds), 0.005 * len(seconds) + 0.1
    run = TimedRun(a_plan(seconds, agents, known=known, file=file), seconds)
    assert run.ended <= (sum(seconds) - longest) / agents + longest + messages
    assert sorted(test for _, test in run.begun) == [*range(len(seconds))]


def test_a_budget_of_memory_is_kept_and_used() -> None:
    """Of fifty tests of 300 to 500 MiB two run at once in 1.2 GiB, however many might."""
    memory = [(300 + 37 * number % 201) << 20 for number in range(50)]
    there = ResourceSettings(memory=1228 << 20)
    run = TimedRun(a_plan([1.0] * 50, 8, known=False, resources=there), [1.0] * 50, memory)
    assert len({agent for agent, _ in run.begun}) == 2
    assert run.most_memory <= 1000 << 20
    assert run.ended < 26


def test_with_known_peaks_as_many_run_as_fit() -> None:
    """Small ones beside large ones."""
    memory = [900 << 20, 200 << 20, 200 << 20, 200 << 20] * 5
    tests = [a_test(n) for n in range(20)]
    history = a_history(tests, memory=memory)
    plan = planned(tests, agents=8, history=history, resources=ResourceSettings(memory=1228 << 20))
    run = TimedRun(plan, [1.0] * 20, memory)
    assert run.most_memory <= 1228 << 20
    assert run.ended < 9
