"""The teardowns of failed tests, found at once.

pytest's terminal looks through the reports of all tests for each test that has failed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import pytest
from _pytest.terminal import TerminalReporter

from pytest_agentorch.controller.promised_list import PromisedList

_NAMES = ("getreports", "_get_teardown_reports")


class TeardownIndex:
    """Answers in the place of the terminal, with the same reports in the same order."""

    def __init__(self, reporter: Any) -> None:
        self._reporter = reporter
        self._indexed: Sequence[Any] = ()
        self._count = 0
        self._by_id: dict[object, list[Any]] = {}

    @classmethod
    def install(cls, config: pytest.Config) -> None:
        """Give pytest's terminal an index, if it is pytest's and looks for teardowns like that."""
        reporter: Any = config.pluginmanager.getplugin("terminalreporter")
        theirs = [getattr(TerminalReporter, name, None) for name in _NAMES]
        if None not in theirs and theirs == [
            getattr(type(reporter), name, None) for name in _NAMES
        ]:
            reporter._get_teardown_reports = cls(reporter).find  # noqa: SLF001 - no other way in

    def find(self, node_id: object) -> list[Any]:
        """Return the reports of the teardown of a test."""
        reports = self._reporter.stats.get("", ())
        if reports is not self._indexed or len(reports) != self._count:
            self._index(reports, "nodeid" if isinstance(node_id, str) else "id")
        found = self._by_id.get(node_id, ())
        return [report for report in found if not hasattr(report, "_pdbshown")]

    def _index(self, reports: Sequence[Any], name: str) -> None:
        by_id: defaultdict[object, list[Any]] = defaultdict(list)
        # Of a test that has passed, only what was printed can be shown.
        if isinstance(reports, PromisedList):
            made = reports.only(lambda passed: passed.printed is not None)
        else:
            made = list(reports)
        for report in made:
            if report.when == "teardown":
                by_id[getattr(report, name)].append(report)
        self._indexed, self._count, self._by_id = reports, len(reports), dict(by_id)
