"""The choice between fork and spawn: what was asked for, and what speaks against a fork. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from pytest_agentorch.model.frozen import Frozen
from pytest_agentorch.model.objection import Objection
from pytest_agentorch.model.settings import Start


class StartChoice(Frozen):
    """How agents start.

    Attributes:
        start: `AUTO` while it is not decided.
        reasons: why they are not forked although they might have been, or what was risked.
    """

    start: Start
    reasons: tuple[str, ...] = ()


UNDECIDED = StartChoice(start=Start.AUTO)


def choose_start(asked: Start, objections: Sequence[Objection]) -> StartChoice:
    """Fork if nothing speaks against it; who asks for a fork takes its risks."""
    if asked is Start.SPAWN:
        return StartChoice(start=Start.SPAWN)
    reasons = tuple(dict.fromkeys(one.reason for one in objections))
    forbidden = any(one.forbids for one in objections)
    if forbidden or (objections and asked is Start.AUTO):
        return StartChoice(start=Start.SPAWN, reasons=reasons)
    return StartChoice(start=Start.FORK, reasons=reasons)
