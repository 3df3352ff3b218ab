"""The health of a run: one number from 0 to 100, and what it is made of. Pure.

* up to 50 for success: the share of good verdicts among all that were judged or were not reached;
* up to 20 for efficiency: all of them from 75 % on, and in a run that is too short to tell;
* up to 15 for steadiness: none if one test in ten is flaky;
* up to 15 for quiet: what incidents leave of them: sev1 takes 15, sev2 8, sev3 3, sev4 1.
"""

from __future__ import annotations

from pytest_agentorch.model.frozen import Frozen
from pytest_agentorch.results.incident_record import Severity
from pytest_agentorch.results.run_summary import RunSummary
from pytest_agentorch.results.usage import WELL_USED

_TOO_SHORT_SECONDS = 2.0
_MANY_FLAKY = 0.1
_PRICES = {Severity.SEV1: 15, Severity.SEV2: 8, Severity.SEV3: 3, Severity.SEV4: 1}


class Health(Frozen):
    """The points of each part."""

    success: float
    efficiency: float
    steadiness: float
    quiet: float

    @property
    def score(self) -> int:
        """All of them, rounded down: 100 is without any blemish."""
        return int(self.success + self.efficiency + self.steadiness + self.quiet + 1e-9)


def health_of(summary: RunSummary) -> Health:
    """Judge a run."""
    tally = summary.tally
    judged = tally.good + tally.bad + tally.not_run
    flaky = sum(test.is_flaky for test in summary.tests)
    used = 1.0
    if summary.usage.wall_seconds >= _TOO_SHORT_SECONDS:
        used = min(1.0, summary.efficiency / WELL_USED)
    price = sum(_PRICES[incident.severity] for incident in summary.incidents)
    return Health(
        success=50 * tally.good / judged if judged else 50.0,
        efficiency=20 * used,
        steadiness=15 * max(0.0, 1 - flaky / (_MANY_FLAKY * judged)) if judged else 15.0,
        quiet=float(max(0, 15 - price)),
    )
