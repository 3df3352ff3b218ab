"""How far some tests are."""

from __future__ import annotations

import pytest

from pytest_agentorch.model.ids import PhaseName
from pytest_agentorch.results.standing import PhaseStanding, Standing, together
from pytest_agentorch.results.tally import Tally


def test_what_no_agent_has_is_pending() -> None:
    """The rest is with agents, runs, or has its verdict."""
    standing = Standing(tally=Tally(passed=2, failed=1, not_run=7), assigned=3, started=2)
    assert (standing.finished, standing.pending) == (3, 2)


@pytest.mark.parametrize(
    ("finished", "left", "percent"),
    [(0, 0, 0.0), (0, 3, 0.0), (2, 1, 66.6), (999, 1, 99.9), (3, 0, 100.0)],
)
def test_percent_is_rounded_down(finished: int, left: int, percent: float) -> None:
    """100 means all of them."""
    assert Standing(tally=Tally(skipped=finished, not_run=left)).percent == percent


def test_phases_add_up() -> None:
    """Each count for itself."""
    one = Standing(tally=Tally(passed=1, not_run=2), assigned=1, started=1)
    two = Standing(tally=Tally(error=1, not_run=3), assigned=2)
    whole = Standing(tally=Tally(passed=1, error=1, not_run=5), assigned=3, started=1)
    assert together([one, two]) == whole
    assert together([]) == Standing()


@pytest.mark.parametrize(
    ("left", "skipped", "began", "state"),
    [
        (1, 0, False, "waiting"),
        (1, 0, True, "active"),
        (0, 0, True, "finished"),
        (0, 0, False, "finished"),
        (2, 2, False, "skipped"),
        (2, 1, True, "active"),
    ],
)
def test_a_phase_waits_or_runs_or_is_over(left: int, skipped: int, began: bool, state: str) -> None:
    """It is over also if all of its verdicts are from an earlier run."""
    phase = PhaseStanding(
        phase=PhaseName("unit"),
        standing=Standing(tally=Tally(passed=1, not_run=left)),
        began=began,
        waits_for=(),
        agents=1,
        busy=0,
        skipped=skipped,
    )
    assert phase.state == state
