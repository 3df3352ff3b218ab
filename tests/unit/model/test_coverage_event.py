"""Counts of what is covered."""

from __future__ import annotations

from pytest_agentorch.model.coverage_event import CoverageCount


def test_what_there_is_nothing_of_is_covered() -> None:
    """As coverage.py has it."""
    assert CoverageCount(covered=1, total=4).percent == 25.0
    assert CoverageCount(covered=0, total=0).percent == 100.0
