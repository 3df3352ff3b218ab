"""Retries: how a test that has failed gets another chance."""

from __future__ import annotations

import enum


class RetryWay(enum.Enum):
    """Where and when a test runs again."""

    SOON = "soon"
    """As the next one, on whichever agent."""
    FRESH = "fresh"
    """Alone, in a process in which nothing else has run."""
    AT_END = "at-end"
    """When all other tests of its phase have begun."""


class Flaky(enum.Enum):
    """What a test counts as that has passed, but not at its first attempt."""

    PASS = "pass"  # noqa: S105 - no password
    FAIL = "fail"
