"""One run in a list of runs."""

from __future__ import annotations

from typing import Any

from pytest_agentorch.model.ids import RunId
from pytest_agentorch.results.run_entry import RunEntry
from tests.unit.event_builders import START


def an_entry(**changes: Any) -> RunEntry:
    """A run of five tests of which one has failed."""
    fields: dict[str, Any] = {
        "run": RunId("20231114T221320Z-0a1b2c3d"),
        "started": START,
        "status": "completed",
        "tests": 5,
        "failed": 1,
        "not_run": 0,
        "seconds": 12.34,
        "is_archived": False,
    }
    return RunEntry(**{**fields, **changes})


def test_two_with_the_same_content_are_equal() -> None:
    """As everything that is frozen."""
    assert an_entry() == an_entry()
    assert an_entry() != an_entry(status="killed")
