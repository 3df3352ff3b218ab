"""What the terminal shows of coverage by phase."""

from __future__ import annotations

from typing import Any

from pytest_agentorch.model.coverage_event import CoverageCount
from pytest_agentorch.model.ids import PhaseName
from pytest_agentorch.reporting.coverage_text import coverage_table
from pytest_agentorch.reporting.terminal_text import agents_section
from tests.unit.event_builders import a_plan, covered, planned, ran, share, summary_of


def table(**changes: Any) -> list[str]:
    """Its lines."""
    return list(coverage_table(covered(**changes).coverage))


def test_each_phase_has_a_line() -> None:
    """What it has covered, what nobody else has, and what comes from imports."""
    assert table() == [
        "covered by          lines    only      branches    only  functions    only",
        "e2e              30  37 %      10       4  20 %       4          3       1",
        "unit             40  50 %      20       6  30 %       6          7       5",
        "(imports)        10  12 %      10       0   0 %       0          0       0",
        "all              60  75 %              10  50 %                  8",
    ]
    large = CoverageCount(covered=1_000_000, total=1_000_000)
    assert max(map(len, table(lines=large, branches=large))) <= 80


def test_without_branches_there_are_no_columns_for_them() -> None:
    """And without imports no line."""
    assert table(branches=None, imports=None) == [
        "covered by          lines    only  functions    only",
        "e2e              30  37 %      10          3       1",
        "unit             40  50 %      20          7       5",
        "all              60  75 %                  8",
    ]


def test_one_phase_is_told_by_coverage_itself() -> None:
    """Nothing to compare, nothing printed."""
    assert list(coverage_table(None)) == []
    assert table(phases=(share("unit", 40, 40),)) == []


def test_the_table_stands_behind_that_of_phases() -> None:
    """In the order of the plan; not with `-q`."""
    plan = a_plan(planned(0), planned(1, phase=PhaseName("e2e")))
    summary = summary_of(plan, ran(0), ran(1, at=3.0), covered())
    lines = agents_section(summary, ()).lines
    assert [line.split()[0] for line in lines][-5:] == [
        "covered",
        "unit",
        "e2e",
        "(imports)",
        "all",
    ]
    assert agents_section(summary, (), verbosity=-1).lines == ()
