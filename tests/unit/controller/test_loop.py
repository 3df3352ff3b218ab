"""What one notice leads to leaves together, and in which order."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from pytest_agentorch.controller.loop import Loop


def test_what_somebody_sees_is_in_the_event_log() -> None:
    """The controller may be killed between any two steps."""
    steps: list[str] = []
    terminal = SimpleNamespace(
        hold=lambda: steps.append("hold"), release=lambda: steps.append("show")
    )
    bus = SimpleNamespace(flush=lambda _at: steps.append("log"))
    loop: Any = Loop.__new__(Loop)
    loop._shell = SimpleNamespace(terminal=terminal, bus=bus, clock=lambda: 0.0)
    loop._under_way = True
    with loop._batch():
        steps.append("take in")
    assert steps == ["hold", "take in", "log", "show"]
