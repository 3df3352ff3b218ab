"""Whether the phases before a phase have succeeded."""

from __future__ import annotations

from collections.abc import Mapping

from pytest_agentorch.model.ids import PhaseName
from pytest_agentorch.orchestration.gate import closed_by
from tests.unit.orchestration.plans import a_phase, a_test, planned, progress

UNIT = PhaseName("unit")


def why(
    *,
    failures: int = 0,
    dropped: int = 0,
    skipped: bool = False,
    kept_failures: Mapping[PhaseName, int] | None = None,
) -> str:
    """What is said of a phase behind one that ended like this."""
    tests = [a_test(0, turn=0, named=True), a_test(1, turn=1), a_test(2, "e2e", named=True)]
    plan = planned(tests, a_phase(), a_phase("e2e", "unit"))
    *before, last = progress(plan)
    before[1].failures, before[1].dropped, before[1].skipped = failures, dropped, skipped
    return closed_by(last.plan, before, kept_failures or {})


def test_an_open_gate_has_nothing_to_say() -> None:
    """All has passed, or was skipped by its tests themselves."""
    assert why() == ""


def test_failures_close_it() -> None:
    """Also those of an earlier run that this one finishes; all turns of a phase together."""
    assert why(failures=1) == "unit has 1 failure"
    assert why(failures=1, kept_failures={UNIT: 1}) == "unit has 2 failures"
    assert why(kept_failures={UNIT: 1, PhaseName("load"): 3}) == "unit has 1 failure"


def test_what_has_not_run_has_not_succeeded() -> None:
    """A test that nobody could run, or all of them."""
    assert why(dropped=1) == "1 test of unit did not run"
    assert why(failures=2, dropped=3) == "unit has 2 failures, 3 tests of unit did not run"
    assert why(dropped=4, skipped=True) == "unit did not run"


def test_an_earlier_turn_of_the_same_phase_is_not_before_it() -> None:
    """Nobody has named it."""
    tests = [a_test(0, turn=0, named=True), a_test(1, turn=1)]
    first, second = progress(planned(tests, a_phase()))
    first.failures = 1
    assert closed_by(second.plan, [first], {}) == ""
