"""Of which phase each test is now."""

from __future__ import annotations

from pytest_agentorch.model.ids import PhaseName, TestId
from pytest_agentorch.orchestration.membership import Membership
from tests.unit.orchestration.plans import a_phase, a_test, planned

UNIT, E2E = PhaseName("unit"), PhaseName("e2e")


def test_it_is_that_of_the_plan_until_the_test_is_advanced() -> None:
    """Also one that an earlier run has advanced."""
    tests = [a_test(0, "e2e"), a_test(1, "e2e", advanced=UNIT), a_test(2, "e2e")]
    members = Membership(planned(tests, a_phase(), a_phase("e2e", "unit")))
    assert [members.of(n) for n in range(3)] == [E2E, UNIT, E2E]
    members.advance([TestId(2)], UNIT)
    assert [members.of(n) for n in range(3)] == [E2E, UNIT, UNIT]
