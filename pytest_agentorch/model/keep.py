"""What is kept of runs that are over."""

from __future__ import annotations

from pytest_agentorch.model.frozen import Frozen


class Keep(Frozen):
    """Which runs are kept.

    Attributes:
        runs: how many directories stay as they are.
        archives: how many of those before become archives instead of going.
        days: for how long directories and archives stay at most; 0.0 for as long as others.
    """

    runs: int = 10
    archives: int = 0
    days: float = 0.0
