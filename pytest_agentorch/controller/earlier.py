"""What earlier runs have to say: which tests are to run, and which have their verdict already."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pytest_agentorch.controller.run import runs_folder
from pytest_agentorch.model.errors import SettingsError
from pytest_agentorch.model.event import Event
from pytest_agentorch.model.frozen import replace
from pytest_agentorch.model.ids import TestId
from pytest_agentorch.model.selection import Selection
from pytest_agentorch.model.settings import Settings
from pytest_agentorch.model.test import TestDescriptor
from pytest_agentorch.results.run_summary import RunSummary

if TYPE_CHECKING:
    from pytest_agentorch.controller.kept_verdict import FirstPart
    from pytest_agentorch.controller.reuse import Reuse


class Earlier:
    """Earlier runs of the same project.

    Attributes:
        resumed: the one that this run finishes.
        selection: which tests shall run because of the run before this one.
        reuse: what has passed as it is now; None if nobody wants to know.
    """

    def __init__(self, config: pytest.Config, settings: Settings, now: float) -> None:
        """Look for what the settings ask for.

        Raises:
            pytest.UsageError: there is no such run.
        """
        self._phases = {phase.name for phase in settings.phases}
        self.resumed: RunSummary | None = None
        self.selection: Selection | None = None
        if settings.resume is not None or settings.rerun is not None:
            self._look(runs_folder(config), settings)
        self.reuse: Reuse | None = None
        if settings.reuse is not None:
            from pytest_agentorch.controller.reuse import Reuse

            self.reuse = Reuse.install(config, settings, settings.reuse, now)
        self._first_part: FirstPart | None = None

    def _look(self, runs: Path | None, settings: Settings) -> None:
        from pytest_agentorch.results.resumption import selection
        from pytest_agentorch.storage.earlier_runs import latest_run, run_to_resume

        try:
            if settings.resume is not None:
                self.resumed = run_to_resume(runs, settings.resume)
            elif settings.rerun is not None:
                self.selection = selection(latest_run(runs), settings.rerun)
        except SettingsError as error:
            raise pytest.UsageError(str(error)) from None

    def find(self, tests: Sequence[TestDescriptor]) -> Mapping[TestId, bool]:
        """Return which tests have a verdict from an earlier run, and whether they have failed."""
        kept: dict[TestId, bool] = {}
        if self.resumed is not None:
            from pytest_agentorch.controller.kept_verdict import FirstPart
            from pytest_agentorch.results.resumption import resumption

            found = resumption(self.resumed, [test.key for test in tests], self._phases)
            self._first_part = FirstPart(earlier=self.resumed, resumption=found)
            kept.update(found.verdicts)
        if self.reuse is not None:
            kept |= dict.fromkeys(self.reuse.find(tests, kept), False)
        return kept

    def placed(self, tests: Sequence[TestDescriptor]) -> Sequence[TestDescriptor]:
        """Say of tests in which phase they run instead of their own, since plugins wanted that."""
        advanced = {} if self._first_part is None else self._first_part.resumption.advanced
        if not advanced:
            return tests
        both = ((advanced.get(TestId(position)), test) for position, test in enumerate(tests))
        return [
            test if event is None else replace(test, advanced=event.phase) for event, test in both
        ]

    def lines(self, left: int) -> list[str]:
        """What is told of it before the tests, of which so many are to run."""
        lines: list[str] = []
        if self._first_part is not None:
            from pytest_agentorch.reporting.plan_text import resumption_lines

            lines += resumption_lines(self._first_part.resumption, left)
        return lines if self.reuse is None else lines + self.reuse.lines(left)

    def events(self, at: float) -> list[Event]:
        """What is to be told of the tests that have their verdict."""
        events = [] if self._first_part is None else self._first_part.events(at)
        return events if self.reuse is None else [*events, *self.reuse.events(at)]
