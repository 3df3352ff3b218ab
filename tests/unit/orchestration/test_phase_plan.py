"""One phase of a plan."""

from __future__ import annotations

from typing import Any

from pytest_agentorch.model.settings import Gate
from pytest_agentorch.orchestration.phase_plan import PhasePlan
from tests.unit.orchestration.plans import a_phase, a_test, planned


def only(*, named: bool, **changes: Any) -> PhasePlan:
    """The plan of a phase that somebody has named, or not."""
    (phase,) = planned([a_test(0, named=named)], a_phase(**changes)).phases
    return phase


def test_a_phase_has_its_barrier_and_its_caps_if_somebody_names_it() -> None:
    """A mark of one of its tests is enough."""
    assert (only(named=True).named, only(named=True).barrier) == (True, True)
    assert (only(named=False).named, only(named=False).barrier) == (False, False)


def test_a_gate_is_asked_for() -> None:
    """Nothing else is stopped by failures."""
    assert only(named=True, gate=Gate.STOP).gated
    assert not only(named=True).gated
    assert not only(named=False, gate=Gate.STOP).gated
