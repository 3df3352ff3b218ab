"""What becomes of the phases of a run, and of which phase its tests are. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from pytest_agentorch.model.event import PhaseSkipped, PhaseStarted, TestsAdvanced
from pytest_agentorch.model.frozen import replace
from pytest_agentorch.model.ids import PhaseName, TestId
from pytest_agentorch.model.planned_test import PlannedTest
from pytest_agentorch.results.result import TestResult
from pytest_agentorch.results.usage import PhaseSummary, phase_summary


class PhaseFold:
    """Takes those events of a run that are about phases.

    Attributes:
        skipped: why tests will have no verdict.
    """

    def __init__(self) -> None:
        self._started: dict[PhaseName, PhaseStarted] = {}
        self._advanced: dict[TestId, TestsAdvanced] = {}
        self.skipped: dict[TestId, str] = {}

    def on_event(self, event: PhaseStarted | PhaseSkipped | TestsAdvanced) -> None:
        """Take note of one."""
        match event:
            case PhaseStarted():
                self._started.setdefault(event.phase, event)
            case PhaseSkipped():
                self.skipped |= dict.fromkeys(event.tests, f"not run: {event.reason}")
            case TestsAdvanced():
                self._advanced |= dict.fromkeys(event.tests, event)

    def phase_of(self, planned: PlannedTest) -> PhaseName:
        """The phase that a test is in now."""
        advanced = self._advanced.get(planned.test)
        return planned.phase if advanced is None else advanced.phase

    def placed(self, result: TestResult) -> TestResult:
        """Say of a test if a plugin has wanted it to run earlier."""
        advanced = self._advanced.get(result.planned.test)
        return result if advanced is None else replace(result, advanced=advanced)

    def summaries(
        self, planned: Iterable[PhaseName], tests: Sequence[TestResult], now: float
    ) -> tuple[PhaseSummary, ...]:
        """Sum up the tests of each phase, those that were planned first."""
        by_phase: defaultdict[PhaseName, list[TestResult]] = defaultdict(list)
        for test in tests:
            by_phase[test.phase].append(test)
        started = self._started
        return tuple(
            phase_summary(
                name,
                by_phase[name],
                agents_allowed=started[name].agents if name in started else None,
                now=now,
            )
            for name in dict.fromkeys([*planned, *by_phase])
        )
