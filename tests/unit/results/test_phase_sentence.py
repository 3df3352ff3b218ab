"""What is abnormal about a phase."""

from __future__ import annotations

import pytest

from pytest_agentorch.model.event import PhaseHookFailed, PhaseIncident, PhaseSkipped, PhaseTimedOut
from pytest_agentorch.model.ids import PhaseName, TestId
from pytest_agentorch.results.phase_sentence import sentence

E2E = PhaseName("e2e")


def a_skip(tests: int) -> PhaseSkipped:
    """A phase of so many tests whose gate is closed."""
    numbers = tuple(map(TestId, range(tests)))
    return PhaseSkipped(phase=E2E, tests=numbers, reason="unit has 1 failure", vetoed=False, at=0.0)


@pytest.mark.parametrize(
    ("event", "said"),
    [
        (
            PhaseTimedOut(phase=E2E, timeout=2.5, dropped=1, at=0.0),
            "phase e2e was stopped after 2.5 s; 1 test had not begun",
        ),
        (a_skip(1), "phase e2e did not run (1 test): unit has 1 failure"),
        (a_skip(2), "phase e2e did not run (2 tests): unit has 1 failure"),
        (
            PhaseHookFailed(phase=E2E, error="KeyError('x')", at=0.0),
            "a plugin has failed with phase e2e: KeyError('x')",
        ),
    ],
)
def test_each_is_one_sentence(event: PhaseIncident, said: str) -> None:
    """Without its full stop."""
    assert sentence(event) == said
