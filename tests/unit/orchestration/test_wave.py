"""How large the next wave is."""

from __future__ import annotations

import pytest

from pytest_agentorch.model.ids import TestId
from pytest_agentorch.orchestration.wave import Wave


@pytest.mark.parametrize(
    ("tests", "seconds", "is_troubled", "size"),
    [
        (8, 20.0, False, 4),
        (8, 5.0, False, 16),
        (8, 0.5, False, 32),
        (8, 0.0, False, 32),
        (8, 600.0, False, 1),
        (8, 0.5, True, 4),
        (1, 0.5, True, 1),
    ],
)
def test_as_many_as_take_ten_seconds_unless_there_was_trouble(
    tests: int, seconds: float, is_troubled: bool, size: int
) -> None:
    """At most four times as many as the last one, and one at least."""
    wave = Wave(1, tuple(map(TestId, range(tests))), began=0.0, losses=0)
    assert wave.next_size(seconds=seconds, is_troubled=is_troubled) == size
