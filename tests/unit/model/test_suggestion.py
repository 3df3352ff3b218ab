"""Names that nobody knows."""

from __future__ import annotations

from pytest_agentorch.model.suggestion import did_you_mean


def test_only_what_is_close_is_suggested() -> None:
    """Anything else would be noise."""
    known = ("memory", "postgres")
    assert did_you_mean("zzz", known) == ""
    assert did_you_mean("memry", known) == ' Did you mean "memory"?'
