"""Why agents should not be forked from a process."""

from __future__ import annotations

from pytest_agentorch.model.frozen import Frozen


class Objection(Frozen):
    """One reason.

    Attributes:
        reason: a short sentence without its full stop.
        forbids: forking is out of the question; otherwise it is a risk that a user may take.
    """

    reason: str
    forbids: bool = False
