"""The measurement: what an agent covers, from its first conftest to the end of its tests."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Generator
from pathlib import Path

import pytest

from pytest_agentorch.agent import coverage_plugin
from pytest_agentorch.agent.increments import Increments
from pytest_agentorch.agent.phased import Phased
from pytest_agentorch.model.coverage_settings import CoverageTask
from pytest_agentorch.storage.coverage_data import new_coverage, redirect
from pytest_agentorch.storage.coverage_journal import JournalWriter


class Measurement(Phased):
    """Measures if there is a task for it, and else does nothing at all."""

    def __init__(self) -> None:
        self._increments: Increments | None = None
        self._journal = JournalWriter("")
        self._follows = False
        self._is_settled = False

    def begin(self, task: CoverageTask | None) -> None:
        """Measure from now on what is imported."""
        if task is None:
            return
        self._journal = JournalWriter(task.journal)
        if task.follows:
            self._follows = True
            return
        cov = new_coverage(task.sources)
        redirect(cov, Path(task.folder))
        cov.start()
        self._increments = Increments(cov, self._journal, keeps=False)

    def move(self, task: CoverageTask | None) -> None:
        """Go on in a fork of the process that has begun."""
        if task is not None and self._increments is not None:
            self._journal = JournalWriter(task.journal)
            self._increments.move(self._journal)

    def install(self, config: pytest.Config) -> None:
        """Notice the end of the tests."""
        if self._follows or self._increments is not None:
            config.pluginmanager.register(self, "agentorch-measurement")

    def settle(self) -> None:
        """All is imported: write that down, and which files could have been."""
        if self._increments is not None and not (self._follows or self._is_settled):
            self._is_settled = True
            # Here, and not in each fork, is found out whether looks can be quick.
            self._increments.look()
            self._increments.flush()
            self._tell()

    def turn(self, phase: str) -> None:
        """The next test belongs to this phase."""
        if self._increments is not None and phase != self._phase:
            self.settle()
            self._phase = phase
            self._increments.turn(phase)

    def look(self) -> None:
        """Write down what the test has covered, before anybody is told that it has ended."""
        if self._increments is not None:
            self._increments.look()

    @pytest.hookimpl(trylast=True)
    def pytest_sessionstart(self, session: pytest.Session) -> None:
        """Follow what pytest-cov has begun now."""
        cov = coverage_plugin.coverage_of(session.config) if self._follows else None
        if cov is not None:
            self._increments = Increments(cov, self._journal, keeps=True)

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_runtestloop(self) -> Generator[None, object, object]:
        """What comes after all tests is not measured."""
        try:
            return (yield)
        finally:
            self.look()
            if not self._follows:
                self._tell()
            self._increments = None

    def _tell(self) -> None:
        """Write down what coverage has to say of it all."""
        assert self._increments is not None
        tracer = sys.gettrace()
        # It asks its plugins, which may belong to the project.
        sys.settrace(None)
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            self._increments.cov.get_data()
        sys.settrace(tracer)
        self._journal.add(warnings=[str(warning.message) for warning in told])
