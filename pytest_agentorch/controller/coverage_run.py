"""Coverage of a run: measured here from before the first conftest, merged with that of agents."""

from __future__ import annotations

import contextlib
import os
import warnings
from collections.abc import Generator, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from pytest_agentorch.controller.coverage_report import Reported, least_total, report
from pytest_agentorch.controller.project_plugins import none_is_called
from pytest_agentorch.model.coverage_event import RunCoverage
from pytest_agentorch.model.coverage_settings import CoverageSettings
from pytest_agentorch.model.frozen import replace
from pytest_agentorch.storage.coverage_count import count, parse_once
from pytest_agentorch.storage.coverage_data import (
    COMBINED,
    empty,
    final_coverage,
    keep,
    merge,
    new_coverage,
    redirect,
    take_over,
)
from pytest_agentorch.storage.coverage_journal import Journal, read_journals
from pytest_agentorch.storage.temporary_folder import TemporaryFolder

_NAME = "agentorch-coverage"
_SOURCES = ("source", "source_pkgs", "source_dirs")
_NO_DATA = "no-data-collected"


class CoverageRun:
    """Measures this process: all tests, or what a controller runs of a project.

    Args:
        settings: what the command line says.
        folder: a place for what is measured here.

    Attributes:
        counted: what that comes to; None before the end of the run, and where there are no agents.

    Raises:
        coverage.exceptions.CoverageException: the project's configuration is wrong.
        ImportError: it names a plugin that is not there.
    """

    def __init__(self, settings: CoverageSettings, folder: Path) -> None:
        self._settings = settings
        self._own, self._agents = folder, list[Path]()
        self._top, self._pid = Path.cwd(), os.getpid()
        self._is_due = False
        self._reported: Reported | None = None
        self.counted: RunCoverage | None = None
        self._cov = new_coverage(settings.sources)
        self._data_file = redirect(self._cov, folder)
        # It would end a run that is to be ended in order, and reported.
        self._cov.set_option("run:sigterm", False)
        # Made now: tests may change the environment that it is configured by.
        self._merged = folder / "merged"
        self._final = final_coverage(settings.sources, self._merged)
        self._least = least_total(self._final, settings.fail_under)
        self._cov.start()

    @classmethod
    def begin(cls, config: pytest.Config, settings: CoverageSettings) -> None:
        """Measure from now on.

        Raises:
            pytest.UsageError: the project's configuration of coverage is wrong.
        """
        from coverage.exceptions import CoverageException

        folder = TemporaryFolder("coverage-")
        config.add_cleanup(folder.remove)
        try:
            run = cls(settings, folder.path)
        except (CoverageException, ImportError) as error:
            raise pytest.UsageError(f"coverage: {error} [bad-coverage]") from None
        config.add_cleanup(run.stop)
        config.pluginmanager.register(run, _NAME)

    @classmethod
    def of(cls, config: pytest.Config) -> CoverageRun | None:
        """The one of this run; None if it measures nothing."""
        run = config.pluginmanager.getplugin(_NAME)
        return run if isinstance(run, cls) else None

    def stop(self) -> None:
        """Measure no longer. A second call does nothing."""
        self._cov.stop()

    def include(self, folder: Path, earlier: Path | None) -> None:
        """Agents leave in this folder what they measure, as those of an earlier part have.

        Args:
            folder: of this run.
            earlier: of the run that this one finishes.
        """
        self._agents.append(folder)
        if earlier is not None:
            take_over(earlier, folder)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtestloop(self, session: pytest.Session) -> Generator[None, object, object]:
        """Report as soon as all tests have run: what is too little is a failure of the session."""
        option = session.config.option
        # If not, no test will run.
        self._is_due = not session.testsfailed or option.continue_on_collection_errors
        if self._agents and self._runs_nothing(session.config.pluginmanager):
            # To trace all else takes long.
            self.stop()
        result = yield
        self.finish(is_whole=True)
        if self._reported is not None and self._reported.failure:
            # pytest's own way to tell the exit code.
            session.testsfailed += 1
        return result

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_sessionfinish(self) -> Generator[None, object, object]:
        """Report also of a run that was interrupted: its agents are gone by now."""
        try:
            return (yield)
        finally:
            self.finish(is_whole=False)

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Show what there is to be shown."""
        said = self._reported
        if said is None:
            return
        red = {"red": True, "bold": True}
        if said.text or said.errors or said.failure:
            terminalreporter.section("coverage")
        terminalreporter.write(said.text)
        for error in said.errors:
            terminalreporter.write(f"WARNING: {error}\n", **red)
        if said.failure:
            terminalreporter.write(f"ERROR: coverage: {said.failure}\n", **red)

    def finish(self, *, is_whole: bool) -> None:
        """Merge what was measured, and report. A second call does nothing.

        Args:
            is_whole: nobody will want to finish this run: all tests have run.
        """
        if not self._is_due:
            return
        self._is_due = False
        from coverage.exceptions import CoverageWarning

        with _in_folder(self._top), warnings.catch_warnings():
            # As errors they would end the run.
            warnings.simplefilter("always", CoverageWarning)
            journals = [one for folder in self._agents for one in read_journals(folder)]
            if os.getpid() != self._pid:
                # A test has forked it, and it goes on: its parent reports what it saves.
                self._save(journals)
                return
            errors = self._merge(journals)
            parse_once(self._final)
            reported = report(self._final, self._settings.reports, self._least)
            self._reported = replace(reported, errors=(*errors, *reported.errors))
            if self._agents:
                measured = [one for journal in journals for one in journal.measured]
                self.counted = count(self._final, measured, self._least, self._own)
        for folder in self._agents:
            if is_whole:
                empty(folder)
            with contextlib.suppress(OSError):
                keep(self._merged, folder / COMBINED)

    def _runs_nothing(self, plugins: pytest.PytestPluginManager) -> bool:
        """Whether nothing that is measured runs here any more."""
        asked = {name: self._cov.get_option(f"run:{name}") for name in (*_SOURCES, "include")}
        lists = (asked[name] for name in _SOURCES)
        sources = [str(one) for some in lists if isinstance(some, list | tuple) for one in some]
        return not asked["include"] and none_is_called(plugins, sources)

    def _merge(self, journals: Sequence[Journal]) -> tuple[str, ...]:
        """Put all together; return why that is not kept."""
        from coverage.exceptions import CoverageException

        try:
            self._save(journals)
            merge(self._final, journals, (self._own, *self._agents))
            keep(self._merged, self._data_file)
        except (CoverageException, OSError) as problem:
            return (f"coverage data is not saved: {problem}",)
        return ()

    def _save(self, journals: Sequence[Journal]) -> None:
        """Save what was measured here. Without agents this process knows what to warn of."""
        with warnings.catch_warnings(record=bool(self._agents)):
            self.stop()
            # Tests may have tidied up.
            self._own.mkdir(exist_ok=True)
            self._cov.save()
        if self._agents:
            _warn(journals)


def _warn(journals: Sequence[Journal]) -> None:
    """Say once what all agents would say: what is missing in all of them is missing."""
    from coverage.exceptions import CoverageWarning

    said = [journal.warnings for journal in journals if journal.warnings is not None]
    for message in dict.fromkeys(said[0] if said else ()):
        if _NO_DATA not in message and all(message in other for other in said):
            warnings.warn(message, CoverageWarning, stacklevel=2)


@contextlib.contextmanager
def _in_folder(folder: Path) -> Iterator[None]:
    """Be in a folder; the one before may be gone."""
    with contextlib.ExitStack() as stack:
        with contextlib.suppress(OSError):
            stack.callback(os.chdir, Path.cwd())
        os.chdir(folder)
        yield
