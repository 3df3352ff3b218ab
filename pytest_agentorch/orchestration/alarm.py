"""The alarm: one moment at which the orchestrator wants to be woken. Pure."""

from __future__ import annotations

from pytest_agentorch.orchestration.command import WakeAt
from pytest_agentorch.orchestration.decision import Draft


class Alarm:
    """Set to the earliest moment that anybody needs.

    It may ring too early: what it was set for can be over by then. That costs less than to set it
    anew with every test.
    """

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._at: float | None = None

    def ring(self, at: float) -> None:
        """A moment has come."""
        if self._at is not None and at >= self._at:
            self._at = None

    def need(self, *moments: float | None) -> None:
        """Have it ring at the earliest of these, if it does not ring before."""
        wanted = min((moment for moment in moments if moment is not None), default=None)
        if wanted is not None and (self._at is None or wanted < self._at):
            self._at = wanted
            self._draft.order(WakeAt(at=wanted))
