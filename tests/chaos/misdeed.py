"""Misdeeds: what a test may do to the process that runs it, and which verdicts it may have then.

How each is done is in `tests/suites/chaos/`.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass

FAILED = frozenset({"failed"})
ERROR = frozenset({"error"})
PASSED = frozenset({"passed"})


class How(enum.Enum):
    """Who misbehaves: the test itself, or a fixture that it uses."""

    TEST = "test"
    FIXTURE = "fixture"


@dataclass(frozen=True, slots=True)
class Misdeed:
    """One of them.

    Attributes:
        name: of the function in `misdeeds.py`, or of the fixture in `conftest.py`.
        timeout: the time-out of the test in seconds; 0 for none.
        is_slow: it costs the whole grace of a test that has had its time.
        taints: the agent may die later, in another test or at its end.
        mutes: the agent goes on, and nobody hears of what it does.
    """

    name: str
    verdicts: frozenset[str]
    how: How = How.TEST
    timeout: float = 0.0
    is_slow: bool = False
    taints: bool = False
    mutes: bool = False


MISDEEDS = (
    Misdeed("exits", FAILED),
    Misdeed("aborts", FAILED),
    Misdeed("segfaults", FAILED),
    Misdeed("kills_itself", FAILED),
    Misdeed("leaves", FAILED),
    Misdeed("exits_once", PASSED),
    Misdeed("exits_in_setup", FAILED, How.FIXTURE),
    Misdeed("exits_in_teardown", FAILED, How.FIXTURE),
    Misdeed("leaves_in_setup", ERROR, How.FIXTURE),
    Misdeed("exits_after_module", PASSED | FAILED, How.FIXTURE, taints=True),
    Misdeed("exits_after_session", PASSED, How.FIXTURE, taints=True),
    Misdeed("hangs", FAILED, timeout=1.0),
    Misdeed("hangs_in_setup", ERROR, How.FIXTURE, timeout=1.0),
    Misdeed("hangs_in_teardown", ERROR, How.FIXTURE, timeout=1.0),
    Misdeed("swallows", FAILED, timeout=1.0, is_slow=True),
    Misdeed("holds_the_gil", FAILED, timeout=1.0, is_slow=True),
    Misdeed("freezes", FAILED, timeout=1.0, is_slow=True),
    Misdeed("closes_descriptors", FAILED | ERROR, taints=True, mutes=True),
    Misdeed("has_a_child", PASSED),
    Misdeed("has_a_daemon", PASSED),
    Misdeed("dies_before_its_child", FAILED),
    Misdeed("dies_before_its_daemon", FAILED),
    Misdeed("has_a_child_that_returns", PASSED),
)
