"""What is abnormal about a phase, in one sentence without its full stop. Pure."""

from __future__ import annotations

from typing import assert_never

from pytest_agentorch.model.event import (
    PhaseHookFailed,
    PhaseIncident,
    PhaseSkipped,
    PhaseTimedOut,
)


def sentence(event: PhaseIncident) -> str:
    """Say what has happened."""
    match event:
        case PhaseTimedOut():
            had = "test had" if event.dropped == 1 else "tests had"
            after = f"after {event.timeout:g} s"
            return f"phase {event.phase} was stopped {after}; {event.dropped} {had} not begun"
        case PhaseSkipped():
            tests = "1 test" if len(event.tests) == 1 else f"{len(event.tests)} tests"
            return f"phase {event.phase} did not run ({tests}): {event.reason}"
        case PhaseHookFailed():
            return f"a plugin has failed with phase {event.phase}: {event.error}"
        case _:
            assert_never(event)
