"""What plugins are told of a phase that is over."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_agentorch.model.phase_results import PhaseResults


@pytest.mark.parametrize(
    ("changes", "succeeded"),
    [({}, True), ({"failures": ("test_a.py::test",)}, False), ({"not_run": 1}, False)],
)
def test_a_phase_succeeds_if_all_of_it_has_run_and_nothing_failed(
    changes: dict[str, Any], succeeded: bool
) -> None:
    """As for a gate."""
    fields: dict[str, Any] = {
        "phase": "unit",
        "wave": 0,
        "tests": 2,
        "passed": 2,
        "failed": 0,
        "error": 0,
        "skipped": 0,
        "xfailed": 0,
        "xpassed": 0,
        "not_run": 0,
        "failures": (),
        "durations": {},
        "busy_seconds": 0.0,
        "wall_seconds": 0.0,
        "agents": 1,
    }
    assert PhaseResults(**{**fields, **changes}).succeeded is succeeded
