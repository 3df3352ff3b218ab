"""What runs in order on one agent."""

from __future__ import annotations

import pytest

from pytest_agentorch.model.errors import SettingsError
from pytest_agentorch.model.frozen import replace
from pytest_agentorch.model.ids import TestId
from pytest_agentorch.model.retry import RetryWay
from pytest_agentorch.model.settings import Dist, Isolate
from pytest_agentorch.orchestration.chain import check_chains, tied
from tests.unit.orchestration.plans import a_test, planned, some_tests
from tests.unit.orchestration.short import assign, finish, running, start


def test_what_one_test_of_a_chain_is_kept_with_all_are() -> None:
    """Two chains that meet in one group are one."""
    rows = [
        a_test(0, chain="a"),
        a_test(1, chain="a", group="g"),
        a_test(2, group="g"),
        a_test(3, chain="b", group="g"),
        a_test(4, chain="c"),
        a_test(5, group="h"),
        a_test(6),
    ]
    key = tied(map(TestId, range(7)), rows, lambda test: rows[test].group)
    names = [key(TestId(test)) for test in range(7)]
    assert len(set(names[:4])) == 1
    assert len(set(names[3:])) == 4
    assert names[6] == ""


@pytest.mark.parametrize("dist", [dist for dist in Dist if dist is not Dist.EACH])
@pytest.mark.parametrize("isolate", Isolate)
def test_a_chain_is_one_unit_whatever_else_is_chosen(dist: Dist, isolate: Isolate) -> None:
    """In the order in which it was collected, over files."""
    tests = [a_test(0), a_test(1, chain="a"), a_test(2), a_test(3, chain="a"), a_test(4)]
    units = planned(tests, dist=dist, isolate=isolate).phases[0].units
    assert [(unit.tests, unit.sticky) for unit in units if unit.chain] == [((1, 3), True)]
    assert len(units) == 4


def test_each_agent_runs_the_chain_if_each_runs_everything() -> None:
    """In order, too."""
    units = planned(some_tests(2, chain="a"), dist=Dist.EACH).phases[0].units
    assert [unit.tests for unit in units if unit.chain] == [(0, 1), (2, 3)]


def test_what_is_left_of_a_chain_needs_no_care() -> None:
    """`-k` has selected one of it."""
    (unit,) = planned([a_test(0, chain="a")]).phases[0].units
    assert (unit.chain, unit.sticky) == (False, False)


def test_a_chain_in_two_phases_is_an_error() -> None:
    """It could not be in order."""
    check_chains([a_test(0, "unit", chain="a"), a_test(1, "e2e", chain="b"), a_test(2)])
    with pytest.raises(SettingsError, match=r'chain "a": .*test_0 is in phase unit, .* in e2e'):
        check_chains([a_test(0, "unit", chain="a"), a_test(1, "e2e", chain="a")])


def test_the_next_of_a_chain_is_handed_out_when_the_one_before_has_its_verdict() -> None:
    """Whoever waits for work does not get it."""
    run = running(planned(some_tests(3, chain="a")), "gw0", "gw1")
    assert run.started("gw0", 0) == []
    assert run.finished("gw0", 0) == [assign("gw0", 1)]
    assert run.runs("gw0", 1) == [assign("gw0", 2)]


def test_a_test_that_has_failed_runs_again_before_the_rest_of_its_chain() -> None:
    """All that is left goes on together."""
    run = running(planned(some_tests(3, chain="a"), agents=1), retries=1, retry_delay=5.0)
    assert run.started("gw0", 0) == []
    run.finished("gw0", 0, failures=1)
    commands = run.time(60.0)
    commands += run.joins("gw0.2") if commands == start("gw0.2") else []
    again = [c for c in commands if c == replace(assign("gw0", 0), again=(TestId(0),))]
    assert len(again) == 1
    assert run.runs("gw0", 0) == [assign("gw0", 1)]
    assert run.runs("gw0", 1) == [assign("gw0", 2)]


def test_the_rest_of_a_chain_waits_for_a_test_that_needs_a_fresh_agent() -> None:
    """That may be another one than the one that has run the beginning."""
    plan = planned(some_tests(2, chain="a"), agents=1)
    run = running(plan, retries=1, retry=RetryWay.FRESH)
    run.started("gw0", 0)
    assert run.finished("gw0", 0, failures=1) == [finish("gw0")]


def test_when_the_agent_of_a_chain_dies_the_rest_goes_to_another_in_order() -> None:
    """First the test that ran, alone on a fresh one."""
    run = running(planned(some_tests(3, chain="a")), "gw0", "gw1")
    run.runs("gw0", 0)
    run.started("gw0", 1)
    commands = run.dies("gw0")
    fresh = "gw1" if assign("gw1", 1) in commands else "gw0.2"
    assert fresh == "gw1" or run.joins("gw0.2") == [assign("gw0.2", 1)]
    assert run.runs(fresh, 1) == [assign(fresh, 2)]
