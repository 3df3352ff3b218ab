"""What one notice leads to leaves together, and in which order."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from pytest_agentorch.controller.shell import Shell


@pytest.mark.parametrize(
    ("logs", "expected"),
    [(True, ["hold", "take in", "log", "show"]), (False, ["hold", "take in", "show"])],
)
def test_what_somebody_sees_is_in_the_event_log(logs: bool, expected: list[str]) -> None:
    """The controller may be killed between any two steps."""
    steps: list[str] = []
    terminal: Any = SimpleNamespace(
        hold=lambda: steps.append("hold"), release=lambda: steps.append("show")
    )
    bus: Any = SimpleNamespace(flush=lambda _at: steps.append("log"))
    nobody: Any = None
    shell = Shell(
        session=nobody,
        crew=nobody,
        bus=bus,
        output=nobody,
        terminal=terminal,
        clock=lambda: 0.0,
        began=0.0,
        status=nobody,
        sampling=nobody,
        progress=nobody,
        files=nobody,
    )
    with shell.batch(logs=logs):
        steps.append("take in")
    assert steps == expected
