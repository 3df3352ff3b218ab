"""What is asked for of coverage, on its way to agents."""

from __future__ import annotations

import pytest

from pytest_agentorch.model.coverage_settings import CoverageTask, ReportKind
from pytest_agentorch.model.record import lift, lower


@pytest.mark.parametrize("sources", [None, (), ("src", "package")])
def test_a_task_survives_the_wire(sources: tuple[str, ...] | None) -> None:
    """Also where nothing is said of sources."""
    task = CoverageTask(sources=sources, folder="/run/coverage", journal="/run/coverage/gw0")
    assert lift(CoverageTask, lower(task)) == task


def test_two_kinds_of_reports_are_for_the_terminal() -> None:
    """All others are files."""
    assert [kind.value for kind in ReportKind if kind.is_shown] == ["term", "term-missing"]
