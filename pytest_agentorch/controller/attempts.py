"""The attempts of tests that have failed and ran again, for those who show verdicts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import pytest

from pytest_agentorch.controller.junit_file import add_attempts
from pytest_agentorch.controller.text_lines import TextLines
from pytest_agentorch.model.event import TestFinished, TestRetried
from pytest_agentorch.model.ids import TestId

FLAKY = "_agentorch_flaky"
"""The attribute of a report that has it."""


class _FlakyWord:
    """`flaky` is its own word: neither passed nor failed."""

    @pytest.hookimpl(tryfirst=True)
    def pytest_report_teststatus(self, report: Any) -> tuple[str, str, Any] | None:
        if getattr(report, FLAKY, False) and report.passed:
            return "flaky", "f", ("FLAKY", {"yellow": True})
        return None


def teach_flaky(config: pytest.Config) -> None:
    """Let pytest know the word, if it does not: whoever has a say in it makes reports slower."""
    if not config.pluginmanager.hasplugin("agentorch-flaky"):
        config.pluginmanager.register(_FlakyWord(), "agentorch-flaky")


class Attempts:
    """Keeps attempts until their test has its verdict."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._failed: defaultdict[TestId, list[TestFinished]] = defaultdict(list)

    def add(self, event: TestRetried) -> None:
        """A test will run again."""
        teach_flaky(self._config)
        self._failed[event.failed.test].append(event.failed)

    def of(self, test: TestId) -> Sequence[TestFinished]:
        """The attempts of a test that has no verdict yet."""
        return self._failed.get(test, ())

    def close(self, test: TestId, report: pytest.TestReport) -> None:
        """Let the report of a test that was given up tell of the attempts before."""
        add_attempts(self._config, report, self._failed.pop(test, ()), flaky=False)

    def mark(self, event: TestFinished, reports: Sequence[pytest.TestReport]) -> None:
        """Let the reports of a verdict tell of the attempts before."""
        failed = [one for one in self._failed.pop(event.test, ()) if one != event]
        if not failed or not reports:
            return
        add_attempts(self._config, reports[0], failed, flaky=event.flaky)
        if not event.flaky:
            return
        # Subtests have reports of their own, of the same phase.
        calls = (one for one in reports if one.when == "call" and type(one) is pytest.TestReport)
        call = next(calls, reports[-1])
        if event.outcome.is_bad:
            vars(call).pop("wasxfail", None)
            call.outcome = "failed"
            call.longrepr = TextLines(f"{event.message}\n\n{event.trace}".rstrip())
        else:
            setattr(call, FLAKY, True)
