"""One run in a list of runs. Pure."""

from __future__ import annotations

from pytest_agentorch.model.frozen import Frozen
from pytest_agentorch.model.ids import RunId


class RunEntry(Frozen):
    """What is worth telling of a run in one line.

    Attributes:
        started: in seconds since the epoch.
        status: as in `run.json`; `killed` if it has no end and nobody works on it any more.
        tests, failed: of its plan; of these, those without a verdict are `not_run`.
        seconds: how long it took, or has taken by now.
    """

    run: RunId
    started: float
    status: str
    tests: int
    failed: int
    not_run: int
    seconds: float
    is_archived: bool
