"""Durations as people write them."""

from __future__ import annotations

import pytest

from pytest_agentorch.model.duration import seconds_of


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        (90, 90.0),
        (0, 0.0),
        (0.5, 0.5),
        ("90", 90.0),
        ("90s", 90.0),
        (" 1.5 m ", 90.0),
        ("2h", 7200),
    ],
)
def test_numbers_and_units(written: object, seconds: float) -> None:
    """Without a unit these are seconds."""
    assert seconds_of(written) == seconds


@pytest.mark.parametrize(
    "written", [-1, "-1", "", "x", "1x", "1d", "1e3", float("nan"), float("inf"), True, None, []]
)
def test_what_is_none(written: object) -> None:
    """There is no guessing."""
    assert seconds_of(written) is None
