"""The phases of a plan without their tests."""

from __future__ import annotations

from pytest_agentorch.model.ids import PhaseName
from pytest_agentorch.model.phase_outline import PhaseOutline
from pytest_agentorch.orchestration.outline import outlines
from tests.unit.orchestration.plans import a_phase, a_test, planned

UNIT, E2E = PhaseName("unit"), PhaseName("e2e")


def test_a_phase_with_a_barrier_says_what_it_waits_for() -> None:
    """Only what is there; and how many agents each may have."""
    plan = planned(
        [a_test(0), a_test(1), a_test(2, "e2e", named=True)],
        a_phase(),
        a_phase("integration", "unit"),
        a_phase("e2e", "integration", max_agents=1),
    )
    assert outlines(plan) == (
        PhaseOutline(phase=UNIT, after=(), agents=2),
        PhaseOutline(phase=E2E, after=(UNIT,), agents=1),
    )


def test_the_turns_of_a_phase_are_one() -> None:
    """Nobody has named them."""
    plan = planned([a_test(0), a_test(1, turn=1), a_test(2, turn=2)])
    assert len(plan.phases) == 3
    assert outlines(plan) == (PhaseOutline(phase=UNIT, after=(), agents=1),)


def test_a_phase_without_a_barrier_waits_for_nothing() -> None:
    """It is only inferred."""
    plan = planned([a_test(0), a_test(1, "e2e")], a_phase(), a_phase("e2e", "unit"))
    assert [one.after for one in outlines(plan)] == [(), ()]
