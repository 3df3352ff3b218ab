"""What agents cover: where they keep it, and who hears of it at the end."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import pytest

from pytest_agentorch.controller import coverage_plugin
from pytest_agentorch.controller.run import RunRecorder
from pytest_agentorch.model.coverage_event import CoverageMeasured
from pytest_agentorch.model.ids import AgentId
from pytest_agentorch.model.settings import Settings

if TYPE_CHECKING:
    from pytest_agentorch.controller.coverage_run import CoverageRun
    from pytest_agentorch.results.run_summary import RunSummary


class AgentsCoverage:
    """Takes it to what measures the controller, and to pytest-cov."""

    def __init__(self, config: pytest.Config, settings: Settings, recorder: RunRecorder) -> None:
        self._config = config
        self._is_wanted = settings.coverage is not None
        self._recorder = recorder
        self._folder = recorder.directory.folder("coverage")

    def begin(self, resumed: RunSummary | None) -> str:
        """Return where agents are to keep it; what a run has covered that is resumed counts."""
        earlier = None
        if resumed is not None:
            earlier = self._folder.parent.parent / resumed.run / self._folder.name
        run = self._run()
        if run is not None or coverage_plugin.measures(self._config):
            with contextlib.suppress(OSError):
                self._folder.mkdir(mode=0o700)
        if run is not None:
            run.include(self._folder, earlier)
        coverage_plugin.install(self._config, self._folder, earlier, self._with_tests)
        return str(self._folder)

    def tell(self) -> None:
        """Tell what was covered, also by a run that was interrupted."""
        run = self._run()
        if run is not None:
            run.finish(is_whole=False)
            if run.counted is not None:
                recorder = self._recorder
                at = recorder.clock()
                recorder.bus.publish(CoverageMeasured(coverage=run.counted, at=at))
        with contextlib.suppress(OSError):
            # If nothing is left in it: pytest-cov has its own file.
            self._folder.rmdir()

    def _with_tests(self) -> list[AgentId]:
        return [one.agent for one in self._recorder.summary().agents if one.tests]

    def _run(self) -> CoverageRun | None:
        if not self._is_wanted:
            return None
        from pytest_agentorch.controller.coverage_run import CoverageRun

        return CoverageRun.of(self._config)
