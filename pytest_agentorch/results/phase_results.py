"""From the results of tests to what plugins are told of a phase. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from pytest_agentorch.model.frozen import as_dict
from pytest_agentorch.model.ids import PhaseName
from pytest_agentorch.model.phase_results import PhaseResults
from pytest_agentorch.results.result import TestResult
from pytest_agentorch.results.tally import Tally
from pytest_agentorch.results.usage import usage_of


def phase_results(
    phase: PhaseName, wave: int, tests: Sequence[TestResult], *, now: float
) -> PhaseResults:
    """Sum up the tests of a phase, or of a wave of it."""
    ran = [test for test in tests if test.outcome is not None]
    usage = usage_of(tests, now=now)
    return PhaseResults(
        phase=phase,
        wave=wave,
        tests=len(tests),
        **as_dict(Tally.of(test.outcome for test in tests)),
        failures=tuple(t.node_id for t in ran if t.outcome is not None and t.outcome.is_bad),
        durations={test.node_id: test.seconds for test in ran},
        busy_seconds=usage.busy_seconds,
        wall_seconds=usage.wall_seconds,
        agents=len(usage.slots),
    )
