"""What the user decided about a run, as far as the orchestrator needs it."""

from __future__ import annotations

from pytest_agentorch.model.frozen import Frozen
from pytest_agentorch.model.settings import Crash


class Policy(Frozen):
    """What the user decided.

    Attributes:
        stop_after: end the run after so many failures; 0 for never.
        grace_seconds: how long an interrupted agent may take to tear down.
    """

    stop_after: int = 0
    crash: Crash = Crash.RERUN
    grace_seconds: float = 10.0
