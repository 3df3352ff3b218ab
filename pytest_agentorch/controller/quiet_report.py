"""Reports of which pytest's terminal shows nothing: a clean setup or teardown.

It would ask all plugins how to show each of them, two of three reports of every test. It only wants
to have them for `--durations`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pytest_agentorch.controller.own_terminal import is_plain, only_pytest_shows


class ReportLogger:
    """Calls `pytest_runtest_logreport`; what the terminal would not show only reaches the others.

    Where somebody else than pytest shows reports, or has a say in how, all is as usual.
    """

    def __init__(self, config: pytest.Config) -> None:
        self._all: Callable[..., object] = config.hook.pytest_runtest_logreport
        self._others: Callable[..., object] | None = None
        self._keep: Callable[[str, list[pytest.TestReport]], object]
        reporter: Any = config.pluginmanager.getplugin("terminalreporter")
        if is_plain(reporter) and only_pytest_shows(config):
            self._keep = reporter._add_stats  # noqa: SLF001 - no public way to hand one over
            self._others = config.pluginmanager.subset_hook_caller(
                "pytest_runtest_logreport", [reporter]
            )

    def log(self, report: pytest.TestReport) -> None:
        """Tell plugins of a report."""
        if self._others is None or not _is_unseen(report):
            self._all(report=report)
        else:
            self._others(report=report)
            self._keep("", [report])


def _is_unseen(report: pytest.TestReport) -> bool:
    return (
        report.when != "call"
        and report.outcome == "passed"
        and type(report) is pytest.TestReport
        and not hasattr(report, "wasxfail")
    )
