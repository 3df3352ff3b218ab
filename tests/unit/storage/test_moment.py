"""Moments in records."""

from __future__ import annotations

from pytest_agentorch.storage.moment import utc


def test_a_moment_is_in_utc_to_the_millisecond() -> None:
    """One that has not come is none."""
    assert utc(1_700_000_000.0625) == "2023-11-14T22:13:20.062+00:00"
    assert utc(None) is None
