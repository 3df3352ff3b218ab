"""Isolation: what one process runs at most, and how a run goes on when it has."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from pytest_agentorch.model.ids import AgentId
from pytest_agentorch.model.settings import Dist, Isolate
from pytest_agentorch.model.test import TestDescriptor
from pytest_agentorch.orchestration.isolation import rations
from pytest_agentorch.orchestration.plan import Plan
from tests.unit.orchestration.plans import a_phase, a_test, planned, some_tests
from tests.unit.orchestration.short import assign, finish, running, start

A, B = {"path": "test_a.py"}, {"path": "test_b.py"}


def units(isolate: Isolate, tests: Sequence[TestDescriptor], **settings: Any) -> list[list[int]]:
    """The tests of each unit of a plan; none of them is ever divided."""
    (phase,) = planned(tests, isolate=isolate, **settings).phases
    assert all(unit.sticky for unit in phase.units)
    return [[*unit.tests] for unit in phase.units]


def a_plan(isolate: Isolate, *tests: TestDescriptor, **settings: Any) -> Plan:
    """A plan of these tests."""
    return planned(tests, isolate=isolate, **settings)


def test_a_group_of_one_test_is_no_group() -> None:
    """It runs with its file, and a class that it is in is divided as any other."""
    tests = [a_test(0, group="db", **A), a_test(1, **A), a_test(2, unit="class", **A)]
    assert units(Isolate.FILE, tests) == [[0, 1, 2]]
    whole = [a_test(n, group="" if n else "db", unit="class", whole=True, **A) for n in range(2)]
    assert units(Isolate.TEST, whole) == [[0], [1]]


def test_a_ration_is_a_test_or_a_file_or_everything() -> None:
    """By position."""
    tests = [a_test(0, **A), a_test(1, **B), a_test(2, **A)]
    assert rations(tests, Isolate.NONE) == ()
    assert rations(tests, Isolate.FILE) == ("test_a.py", "test_b.py", "test_a.py")
    assert rations(tests, Isolate.TEST) == (0, 1, 2)


def test_every_test_is_a_unit() -> None:
    """Whatever it shares: it is set up anew anyway. Also what belongs to a class."""
    tests = [a_test(n, unit="fixture", whole=True, **A) for n in range(3)]
    assert units(Isolate.TEST, tests) == [[0], [1], [2]]


def test_a_file_is_a_unit() -> None:
    """Also if its tests share something with those of another, or are in several scopes."""
    tests = [a_test(n, unit="package", scope=str(n), **(A, B)[n % 2]) for n in range(4)]
    for dist in (Dist.BALANCED, Dist.FILE, Dist.SCOPE, Dist.GROUP):
        assert units(Isolate.FILE, tests, dist=dist) == [[0, 2], [1, 3]], dist


@pytest.mark.parametrize("isolate", [Isolate.FILE, Isolate.TEST])
def test_a_group_stays_a_unit(isolate: Isolate) -> None:
    """It is more than a process can have: its tests run one after the other."""
    tests = [a_test(0, group="g", **A), a_test(1, **B), a_test(2, group="g", **B)]
    assert units(isolate, tests) == [[0, 2], [1]]
    assert units(isolate, tests, dist=Dist.GROUP) == [[0, 2], [1]]


def test_each_agent_has_every_file() -> None:
    """With `--agents-dist=each`."""
    tests = [a_test(0, **A), a_test(1, **A), a_test(2, **B)]
    assert units(Isolate.FILE, tests, dist=Dist.EACH) == [[0, 1], [2], [3, 4], [5]]


def test_an_agent_that_has_had_its_test_is_followed_by_another() -> None:
    """Which is no loss, and begins when the one before it is gone."""
    run = running(planned(some_tests(3), agents=1, isolate=Isolate.TEST))
    assert run.runs("gw0", 0) == [finish("gw0")]
    assert run.done("gw0") == []
    assert run.exits("gw0") == [*start("gw0.2")]
    assert run.slugs == ["AgentExited"]
    assert run.joins("gw0.2") == [assign("gw0.2", 1)]


def test_an_agent_gets_a_file_and_nothing_else() -> None:
    """The queue is filled as ever."""
    tests = [a_test(n, **A) for n in range(3)] + [a_test(3, **B)]
    run = running(a_plan(Isolate.FILE, *tests, agents=1))
    assert run.runs("gw0", 0, 1, 2)[-2:] == [assign("gw0", 2), finish("gw0")]
    assert run.leaves("gw0") == [*start("gw0.2")]
    assert run.joins("gw0.2") == [assign("gw0.2", 3)]


def test_the_tests_of_a_group_follow_each_other() -> None:
    """The next process may be in any slot; two of them never run at once."""
    tests = [a_test(n, group="g") for n in range(2)] + [a_test(2)]
    run = running(a_plan(Isolate.TEST, *tests), "gw0")
    run.joins("gw1")
    assert run.started("gw0", 0) == []
    assert run.runs("gw1", 2) == [finish("gw1")]
    assert run.leaves("gw1") == []
    assert run.finished("gw0", 0) == [finish("gw0")]
    assert run.done("gw0") == [*start("gw1.2")]
    assert run.joins("gw1.2") == [assign("gw1.2", 1)]


def test_a_process_keeps_its_place_until_its_session_is_over() -> None:
    """What one agent may do at a time is not done while another still tears down."""
    tests = [a_test(n, "e2e", named=True) for n in range(2)] + [a_test(n) for n in (2, 3, 4)]
    phases = (a_phase("e2e", max_agents=1), a_phase("unit"))
    run = running(planned(tests, *phases, agents=2, isolate=Isolate.TEST))
    run.joins("gw1")
    assert run.runs("gw0", 0) == [finish("gw0")]
    run.runs("gw1", 2)
    run.leaves("gw1")
    assert run.joins("gw1.2") == [assign("gw1.2", 3)]
    run.runs("gw1.2", 3)
    run.leaves("gw1.2")
    assert run.joins("gw1.3") == [assign("gw1.3", 4)]
    run.runs("gw1.3", 4)
    assert run.leaves("gw1.3") == []
    assert run.done("gw0") == [*start("gw1.4")]
    assert run.joins("gw1.4") == [assign("gw1.4", 1)]


def test_a_test_that_has_cost_an_agent_runs_once_more_in_its_own() -> None:
    """As ever; its file goes on elsewhere."""
    tests = [a_test(n, **A) for n in range(3)]
    run = running(a_plan(Isolate.FILE, *tests, agents=1))
    run.runs("gw0", 0)
    run.started("gw0", 1)
    assert run.dies("gw0") == [*start("gw0.2")]
    assert run.joins("gw0.2") == [assign("gw0.2", 1)]
    assert run.runs("gw0.2", 1) == [finish("gw0.2")]
    assert run.leaves("gw0.2") == [*start("gw0.3")]
    assert run.joins("gw0.3") == [assign("gw0.3", 2)]


def test_after_the_last_failure_that_counts_nothing_is_started() -> None:
    """`-x`."""
    run = running(planned(some_tests(3), agents=1, isolate=Isolate.TEST), stop_after=1)
    run.started("gw0", 0)
    assert run.finished("gw0", 0, failures=1) == [finish("gw0")]
    run.done("gw0")
    run.exits("gw0")
    assert "RunFinished" in run.slugs


def test_a_process_knows_nothing_of_what_follows() -> None:
    """So that a test tears down all that it has set up, as the last one of a run does."""
    run = running(planned([a_test(n, **A) for n in range(2)], agents=1, isolate=Isolate.TEST))
    assert (
        run.orchestrator._schedule.agenda.next_for(
            AgentId("gw0"), run.orchestrator._schedule.hands[AgentId("gw0")]
        )
        is None
    )
