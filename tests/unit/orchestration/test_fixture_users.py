"""Who uses run-scoped fixtures."""

from __future__ import annotations

from pytest_agentorch.model.ids import PhaseName, TestId
from pytest_agentorch.model.settings import Dist
from pytest_agentorch.orchestration.fixture_users import fixture_key, has_phase_fixtures, users_of
from pytest_agentorch.orchestration.plan import build_plan
from tests.unit.orchestration.fixture_keys import a_fixture, a_key
from tests.unit.orchestration.plans import a_phase, a_test, planned, some_tests
from tests.unit.settings_builder import some_settings

SERVER, OWN = a_fixture("server"), a_fixture("own", per_phase=True)


def test_each_test_that_will_run_is_a_user() -> None:
    """Of what its descriptor names; a fixture per phase is another one in each."""
    tests = [
        a_test(0, run_fixtures=(SERVER, OWN)),
        a_test(1, "e2e", run_fixtures=(OWN,)),
        a_test(2),
    ]
    plan = planned(tests, a_phase("unit"), a_phase("e2e", "unit"))
    assert users_of(plan) == {
        a_key("server"): [0],
        a_key("own", phase="unit"): [0],
        a_key("own", phase="e2e"): [1],
    }
    assert fixture_key(PhaseName("e2e"), OWN) == a_key("own", phase="e2e")
    assert fixture_key(PhaseName("e2e"), SERVER) == a_key("server")
    assert has_phase_fixtures(plan)


def test_who_has_a_verdict_already_is_none() -> None:
    """It has it from an earlier run."""
    tests = some_tests(2, run_fixtures=(SERVER,))
    plan = build_plan(tests, some_settings(phases=(a_phase(),)), kept={TestId(0): False})
    assert users_of(plan) == {a_key("server"): [1]}


def test_each_copy_of_a_test_is_one() -> None:
    """With `--agents-dist=each`."""
    plan = planned(some_tests(1, run_fixtures=(SERVER,)), dist=Dist.EACH)
    assert users_of(plan) == {a_key("server"): [0, 1]}
    assert not has_phase_fixtures(plan)
