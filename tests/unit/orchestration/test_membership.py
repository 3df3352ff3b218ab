"""Of which phase each test is now."""

from __future__ import annotations

from pytest_agentorch.model.ids import PhaseName, TestId
from pytest_agentorch.orchestration.membership import Membership
from pytest_agentorch.orchestration.plan import build_plan
from tests.unit.orchestration.plans import a_phase, a_test
from tests.unit.settings_builder import some_settings

UNIT, E2E = PhaseName("unit"), PhaseName("e2e")


def test_it_is_that_of_the_plan_until_the_test_is_advanced() -> None:
    """Also one that an earlier run has advanced."""
    tests = [a_test(n, "e2e") for n in range(3)]
    settings = some_settings(phases=(a_phase(), a_phase("e2e", "unit")))
    members = Membership(build_plan(tests, settings, advanced={TestId(1): UNIT}))
    assert [members.of(n) for n in range(3)] == [E2E, UNIT, E2E]
    members.advance([TestId(2)], UNIT)
    assert [members.of(n) for n in range(3)] == [E2E, UNIT, UNIT]
