"""A run's records: its directory, its event log, its summary and its reports."""

from __future__ import annotations

import contextlib
import functools
import platform
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pytest_agentorch import __version__
from pytest_agentorch.controller.progress import ProgressTeller
from pytest_agentorch.controller.run_files import RunFiles
from pytest_agentorch.model.event import ReporterFailed, RunFinished, RunStarted
from pytest_agentorch.model.history import History, TestKey
from pytest_agentorch.model.memory_event import MemoryShort
from pytest_agentorch.model.settings import Settings
from pytest_agentorch.model.stop_reason import StopReason
from pytest_agentorch.orchestration.share import agents_for_cpus
from pytest_agentorch.reporting.bus import EventBus
from pytest_agentorch.results.run_summary import RunSummary
from pytest_agentorch.results.summary import SummaryFold
from pytest_agentorch.storage.agent_row import Traits
from pytest_agentorch.storage.event_log import EventLog
from pytest_agentorch.storage.history import HistoryFile, Ran
from pytest_agentorch.storage.learned_agents import Learned, LearnedAgents
from pytest_agentorch.storage.progress_file import ProgressFile
from pytest_agentorch.storage.retention import tidy
from pytest_agentorch.storage.run_directory import (
    RunDirectory,
    RunDirectoryError,
)
from pytest_agentorch.storage.temporary_folder import TemporaryFolder
from pytest_agentorch.system.clock import CLOCK

if TYPE_CHECKING:
    from pytest_agentorch.reporting.ctrf import Environment
    from pytest_agentorch.results.analysis import Analysis
    from pytest_agentorch.results.recommendation import Recommendation

_REASONS = {
    int(pytest.ExitCode.INTERRUPTED): StopReason.INTERRUPTED,
    int(pytest.ExitCode.INTERNAL_ERROR): StopReason.INTERNAL_ERROR,
    int(pytest.ExitCode.USAGE_ERROR): StopReason.REQUESTED,
}


class RunRecorder:
    """Opens the records of a run, keeps them as it goes, and writes the reports at its end."""

    def __init__(self, config: pytest.Config, settings: Settings) -> None:
        self.clock = CLOCK
        self.began = now = self.clock()
        self.run = settings.run
        self._settings = settings
        self._temporary: TemporaryFolder | None = None
        cache = cache_folder(config)
        self._learned = None if cache is None else LearnedAgents(cache / "agents.json")
        self._history = None if cache is None else HistoryFile(cache / "history.json")
        # A plan is no run: it must not take the place of one that is kept.
        kept = None if cache is None or settings.plan_only else cache / "runs"
        self.directory = self._make_directory(kept, now)
        self._final: RunSummary | None = None
        self._analysis: Analysis | None = None
        self._closed = False
        self._fold = SummaryFold()
        self._log = EventLog(self.directory.event_log)
        traits = Traits.of(settings)
        file = ProgressFile(self.directory.progress_file, self.run, now, traits)
        self.progress = ProgressTeller(file, self.clock)
        self.files = RunFiles(self.directory, self._fold, self.progress, traits, started=now)
        self.bus = EventBus(self._fold, self._log, self.progress, self.files)
        self.bus.publish(
            RunStarted(
                run=self.run,
                agents=settings.agents,
                asked=settings.asked,
                dist=settings.dist.value,
                isolate=settings.isolate.value,
                rootdir=str(config.rootpath),
                at=now,
                cpus=settings.cpus,
                memory=settings.memory,
                goal=settings.goal.value,
            )
        )

    @property
    def folder(self) -> Path:
        """The run directory."""
        return self.directory.path

    def summary(self) -> RunSummary:
        """The run as it is now; after `finish`, as it was then."""
        return self._final or self._fold.summary()

    def analysis(self) -> Analysis:
        """What bound the run, and what other numbers of agents would have given."""
        from pytest_agentorch.results.analysis import analyse

        return self._analysis or analyse(self.summary())

    def recommendations(self) -> tuple[Recommendation, ...]:
        """Advice drawn from the run."""
        from pytest_agentorch.results.recommendation import recommend

        return recommend(self.summary(), self.analysis())

    def finish(self, exit_code: int) -> None:
        """Write the reports; a path that cannot be written any more is an incident."""
        from pytest_agentorch.reporting.ctrf import ctrf_document
        from pytest_agentorch.reporting.report_file import write_report

        if not self._fold.is_over:
            self._end_early(exit_code)
        self.bus.flush(self.clock())
        self._final = self._fold.summary()
        self._analysis = self.analysis()
        self.files.finish(self._final)
        self.progress.finish()
        document = ctrf_document(
            self._final,
            _environment(),
            analysis=self._analysis,
            recommendations=self.recommendations(),
            exit_code=exit_code,
        )
        for path in filter(None, (self.directory.report_file, self._settings.report)):
            try:
                write_report(path, document)
            except OSError as error:
                failure = f"{path}: {error.strerror or error}"
                at = self.clock()
                self.bus.publish(ReporterFailed(reporter="report", error=failure, at=at))
                self._final = self._fold.summary()

    def history(self) -> History:
        """What earlier runs have learnt about tests."""
        return History() if self._history is None else self._history.read()

    def remember(self, keys: Sequence[TestKey]) -> None:
        """Keep for later runs how tests ran that an agent has finished.

        Args:
            keys: the names of the tests, in the order of the plan.
        """
        ran = {
            key: Ran(result.seconds, result.outcome.is_bad, result.memory)
            for key, result in zip(keys, self.summary().tests, strict=False)
            if result.outcome is not None and result.given_up is None and not result.reused
        }
        if ran and self._history is not None:
            self._history.add(ran, self.clock())

    def learn(self) -> None:
        """Keep for the next `auto` run of the same tests how many agents are best for it."""
        summary, settings = self.summary(), self._settings
        analysis = self.analysis()
        if self._learned is None or not settings.learning or not analysis.what_ifs:
            return
        if summary.reason is not StopReason.FINISHED or summary.collection_errors:
            return
        if any(incident.slug == MemoryShort.slug for incident in summary.incidents):
            # The agents have waited for that.
            return
        from pytest_agentorch.results.analysis import better_than, why_better

        usual = agents_for_cpus(settings.cpus, settings.resource_limit)
        best = better_than(analysis, usual, settings.goal)
        learned = None
        if best is not None:
            learned = Learned(best.agents, why_better(summary, best.agents, usual))
        self._learned.write(settings.learning, learned)

    def close(self) -> None:
        """Close the event log and drop old runs. A second call does nothing."""
        if self._closed:
            return
        self._closed = True
        with contextlib.suppress(OSError):
            # Its last lines are for nobody where there is no place for them.
            self._log.close()
        tidy(self.folder.parent, self._settings.keep, self.clock(), self.folder)
        if self._temporary is not None:
            self._temporary.remove()

    def _make_directory(self, parent: Path | None, now: float) -> RunDirectory:
        """Fall back to a temporary directory where there is no cache, or it cannot be written.

        Raises:
            pytest.UsageError: there is no place for that either.
        """
        make = functools.partial(RunDirectory.create, settings=self._settings, now=now)
        if parent is not None:
            with contextlib.suppress(RunDirectoryError):
                return make(parent, self.run)
        try:
            return make(self._temporary_parent(), self.run, even_if_full=True)
        except (RunDirectoryError, OSError) as error:
            raise pytest.UsageError(f"{error} [no-run-directory]") from None

    def _end_early(self, exit_code: int) -> None:
        """Write down the end of a run that had no tests to run, or never came to them."""
        reason = _REASONS.get(exit_code, StopReason.FINISHED)
        not_run = len(self._fold.summary().tests)
        at = self.clock()
        self.bus.publish(RunFinished(reason=reason, message="", not_run=not_run, at=at))

    def _temporary_parent(self) -> Path:
        """A place for a run that leaves no records behind."""
        self._temporary = TemporaryFolder()
        return self._temporary.path


def runs_folder(config: pytest.Config) -> Path | None:
    """Where the run directories of this project are; None if it keeps none."""
    cache = cache_folder(config)
    return None if cache is None else cache / "runs"


def cache_folder(config: pytest.Config) -> Path | None:
    """What is kept of this project from run to run: in pytest's cache; None if it has none."""
    cache = getattr(config, "cache", None)
    if cache is None:
        return None
    try:
        return Path(cache.mkdir("agentorch"))
    except OSError:
        return None


def _environment() -> Environment:
    from pytest_agentorch.reporting.ctrf import Environment

    return Environment(
        pytest_version=pytest.__version__,
        agentorch_version=__version__,
        python_version=platform.python_version(),
        os_platform=sys.platform,
        os_release=platform.release(),
        os_version=platform.version(),
    )
