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

    @property
    def is_bad(self) -> bool:
        """Whether this verdict makes a run fail."""
        return self in (Outcome.FAILED, Outcome.ERROR)
