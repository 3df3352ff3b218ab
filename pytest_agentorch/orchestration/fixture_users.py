"""Who uses run-scoped fixtures, as far as that is known before tests run. Pure."""

from __future__ import annotations

from pytest_agentorch.model.ids import PhaseName, TestId
from pytest_agentorch.model.run_fixture import FixtureKey, RunFixture
from pytest_agentorch.orchestration.plan import Plan


def fixture_key(phase: PhaseName, fixture: RunFixture) -> FixtureKey:
    """Name what a test of a phase uses."""
    return FixtureKey(fixture=fixture, phase=phase if fixture.per_phase else "")


def users_of(plan: Plan) -> dict[FixtureKey, list[TestId]]:
    """Say which tests that are to run use which fixture."""
    found: dict[FixtureKey, list[TestId]] = {}
    for phase in plan.phases:
        for unit in phase.units:
            for test in unit.tests:
                for fixture in plan.tests[test].run_fixtures:
                    found.setdefault(fixture_key(phase.phase, fixture), []).append(test)
    return found


def has_phase_fixtures(plan: Plan) -> bool:
    """Whether something is set up once per phase."""
    tests = plan.tests[: plan.collected]
    return any(fixture.per_phase for test in tests for fixture in test.run_fixtures)
