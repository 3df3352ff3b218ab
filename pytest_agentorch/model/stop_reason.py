"""Why a run ended."""

from __future__ import annotations

import enum


class StopReason(enum.IntEnum):
    """The reasons for which a run ends. The order matters: the most severe wins, with `max()`."""

    FINISHED = 0
    """Every test has its verdict."""
    MAXFAIL = 1
    """`-x` or `--maxfail`: enough tests have failed."""
    REQUESTED = 2
    """A plugin, a conftest or a test asked pytest to stop."""
    NO_AGENTS = 3
    """Every slot was given up, or agents die too fast; what had not run cannot run."""
    INTERRUPTED = 4
    """Ctrl-C, SIGTERM or `pytest.exit`."""
    TIMED_OUT = 5
    """The time of the whole run is over, or that of a phase which had tests left.

    Agents that are interrupted for it say so, and that is not why.
    """
    INTERNAL_ERROR = 6
    """pytest, a plugin or this one raised where it must not."""
