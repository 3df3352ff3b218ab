"""Which phases come before which."""

from __future__ import annotations

from pytest_agentorch.orchestration.phase_order import ordered, transitive
from tests.unit.orchestration.plans import a_phase


def test_phases_come_after_those_they_wait_for() -> None:
    """Whatever the order in which they are written."""
    table = [a_phase("c", "b"), a_phase("b", "a"), a_phase("x"), a_phase("a")]
    assert [phase.name for phase in ordered(table)] == ["x", "a", "b", "c"]


def test_who_waits_for_a_phase_waits_for_all_that_it_waits_for() -> None:
    """At any depth."""
    table = (a_phase("c", "b"), a_phase("b", "a"), a_phase("a"), a_phase("d"))
    assert transitive(table) == {"a": set(), "b": {"a"}, "c": {"a", "b"}, "d": set()}
