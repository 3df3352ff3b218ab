"""How one test ended."""

from __future__ import annotations

import enum


class Outcome(enum.Enum):
    """The final verdict of a test, in pytest's words."""

    PASSED = "passed"
    FAILED = "failed"
    ERROR = "error"
    SKIPPED = "skipped"
    XFAILED = "xfailed"
    XPASSED = "xpassed"

    is_bad: bool
    """Whether this verdict makes a run fail."""

    # Quicker than by name, and every test is counted under its outcome several times.
    __hash__ = object.__hash__


for _outcome in Outcome:
    _outcome.is_bad = _outcome.value in ("failed", "error")
