"""Who uses run-scoped fixtures, as far as that is known before tests run. Pure."""

from __future__ import annotations

from pytest_agentorch.model.ids import TestId
from pytest_agentorch.model.run_fixture import FixtureKey, RunFixture
from pytest_agentorch.orchestration.plan import Plan


def fixture_key(plan: Plan, test: int, fixture: RunFixture) -> FixtureKey:
    """Name what a test uses."""
    phase = plan.tests[test].classification.phase if fixture.per_phase else ""
    return FixtureKey(fixture=fixture, phase=phase)


def users_of(plan: Plan) -> dict[FixtureKey, list[TestId]]:
    """Say which tests that are to run use which fixture."""
    found: dict[FixtureKey, list[TestId]] = {}
    for phase in plan.phases:
        for unit in phase.units:
            for test in unit.tests:
                for fixture in plan.tests[test].run_fixtures:
                    found.setdefault(fixture_key(plan, test, fixture), []).append(test)
    return found


def phases_of(plan: Plan, *, wanted: bool = False) -> tuple[str, ...]:
    """The phase of each collected test, if wanted or something is set up per phase; or nothing."""
    tests = plan.tests[: plan.collected]
    if not wanted and not any(fixture.per_phase for test in tests for fixture in test.run_fixtures):
        return ()
    return tuple(test.classification.phase for test in tests)
