"""What bound a run."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_agentorch.model.agent_event import SharedSetup
from pytest_agentorch.model.demand import Demand
from pytest_agentorch.model.frozen import replace
from pytest_agentorch.model.ids import TestId
from pytest_agentorch.model.needs import Count, Needs
from pytest_agentorch.model.supply import Supply
from pytest_agentorch.results.analysis import analyse
from pytest_agentorch.results.bottleneck import Kind, bound_by, limits_of
from pytest_agentorch.results.run_summary import RunSummary
from tests.unit.event_builders import plan_of, summary_of
from tests.unit.results.measured_run import cost, measured, shape


def bound(summary: RunSummary) -> Any:
    """The kind of limit that bound a run; None if there is none."""
    found = bound_by(summary, limits_of(summary))
    return None if found is None else found.kind


EVEN = (1.0,) * 8


@pytest.mark.parametrize(
    ("run", "kind"),
    [
        (measured(EVEN, EVEN), Kind.AGENTS),
        (measured(EVEN, (1.0,) * 7 + (0.5,), cpu=1.0), Kind.CPU),
        (measured(EVEN, EVEN, EVEN, EVEN, cpu=0.5), Kind.CPU),
        (measured((8.0,), (1.0,)), Kind.TEST),
        (
            measured(EVEN, (1.0,), shapes=(shape(whole=(tuple(map(TestId, range(8))),)),)),
            Kind.GROUP,
        ),
        (measured(EVEN, (1.0,), controller=8.0), Kind.CONTROLLER),
        # Neither a test, nor the CPUs, nor the number of agents.
        (measured(EVEN, ()), Kind.AGENTS),
    ],
)
def test_the_limit_that_comes_close_to_what_it_took_is_named(run: RunSummary, kind: Kind) -> None:
    """Where two are alike, the one that more agents would not lift."""
    assert bound(run) is kind


def test_agents_that_wait_for_no_known_reason_are_bound_by_nothing() -> None:
    """Something else kept them from working."""
    run = measured(EVEN, (1.0,), (1.0,), (1.0,))
    assert bound(run) is None


def test_a_phase_that_may_have_fewer_agents_is_named() -> None:
    """Its tests, after those of the others."""
    shapes = (shape("unit"), shape("e2e", wave=1, most_agents=1))
    phases = ["unit", *["e2e"] * 6, "unit"]
    run = measured((1.0,) * 7, (1.0,), phases=phases, shapes=shapes)
    found = bound_by(run, limits_of(run))
    assert found is not None
    assert (found.kind, found.what, found.agents) == (Kind.PHASE, "e2e", 1)
    assert found.seconds == 7.0


def test_what_each_process_sets_up_is_a_limit() -> None:
    """It is no part of the test that needed it first."""
    setups = [(SharedSetup(test=TestId(n), seconds=5.0, cpu_seconds=0.0),) for n in (0, 2)]
    costs = [cost(setups=one) for one in setups]
    run = measured((5.5, 1.0), (5.5, 1.0), costs=costs)
    assert bound(run) is Kind.SETUP
    limits = {limit.kind: limit.seconds for limit in limits_of(run)}
    assert limits[Kind.SETUP] == 5.0
    assert limits[Kind.TEST] == 1.0


def test_a_collection_that_takes_longer_than_all_tests_is_the_limit() -> None:
    """Of the whole run."""
    run = measured((2.0,), (2.0,))
    assert bound(replace(run, started=run.started - 9.0)) is Kind.COLLECTION


def test_a_run_without_tests_has_no_limits() -> None:
    """Nothing was planned, or nothing has run."""
    assert limits_of(summary_of()) == ()
    assert limits_of(summary_of(plan_of(2))) == ()


def test_what_tests_need_one_after_the_other_is_a_limit() -> None:
    """Half of a resource each: two at once. No number of agents makes that faster."""
    tests = tuple(map(TestId, range(16)))
    half = Demand(tests=tests, needs=Needs(counts=(Count(name="postgres", number=1),)))
    supply = Supply(cpus=4000, counts=(Count(name="postgres", number=2),))
    run = measured(*[(1.0, 1.0, 1.0, 0.0)] * 4, demands=(half,), supply=supply)
    found = bound_by(run, limits_of(run))
    assert found is not None
    assert (found.kind, found.what, found.seconds) == (Kind.RESOURCE, "postgres", 6.0)
    assert {one.agents: one.seconds for one in analyse(run).what_ifs}[16] == 7.0
