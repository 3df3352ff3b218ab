"""What never ends cannot be waited for: a decision that gives back over and over is stopped."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from pytest_agentorch.model.ids import TestId
from pytest_agentorch.orchestration.orchestrator import Orchestrator

MOST = 1000
"""So often no decision lets tests wait again, of runs as small as these."""


def forbid_spinning(orchestrator: Orchestrator) -> Callable[[], None]:
    """Let a decision fail that does not end; return what tells that another one begins."""
    schedule, times = orchestrator._schedule, [0]
    put_back = schedule.put_back

    def counted(tests: Iterable[TestId], *, last: bool = False) -> None:
        times[0] += 1
        assert times[0] < MOST, "the same tests are taken and given back for ever"
        put_back(tests, last=last)

    schedule.put_back = counted  # type: ignore[method-assign]

    def begin() -> None:
        times[0] = 0

    return begin
