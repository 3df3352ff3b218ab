"""A test that was ended and has caught that: it has failed nevertheless."""

from __future__ import annotations

from collections.abc import Generator

import pytest


class Swallowed:
    """Makes a failure of the phase that was ended, whatever comes out of it."""

    name = "agentorch-swallowed"

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._message = ""

    def begin(self, message: str) -> None:
        """A phase is about to be ended with a message."""
        self._message = message
        # Who looks at every report makes all tests slower.
        self._config.pluginmanager.register(self, self.name)

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_runtest_makereport(
        self,
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Look at the report of that phase, and at no other."""
        report = yield
        self._config.pluginmanager.unregister(self)
        if report.passed:
            report.outcome = "failed"
            report.longrepr = f"{self._message}; the test has caught what it was ended with"
        return report
