"""How pytest is told of plain passes where nobody but pytest listens.

It shows one of three reports, and counts them all. It is told of that one, and keeps what reports
are made from; who looks at them later finds all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest

from pytest_agentorch.controller.own_terminal import is_plain, modules_of, only_pytest_shows
from pytest_agentorch.controller.plain_report import PlainPass
from pytest_agentorch.controller.promised_list import PromisedList

_HOOKS = ("pytest_runtest_logstart", "pytest_runtest_logreport", "pytest_runtest_logfinish")
_INDIFFERENT = frozenset(
    f"_pytest.{name}" for name in ("cacheprovider", "logging", "main", "stepwise", "terminal")
)
"""Modules of pytest to which the setup and the teardown of a test that has passed mean nothing."""

_Kept = PromisedList[pytest.TestReport, PlainPass]


class PlainLog:
    """Tells pytest's terminal, and pytest's plugins that remember what has failed."""

    def __init__(self, config: pytest.Config, reporter: Any) -> None:
        manager = config.pluginmanager
        self._reporter = reporter
        self._logreport = config.hook.pytest_runtest_logreport
        self._listeners = len(self._logreport.get_hookimpls())
        # Live logs are headed in agents.
        self._logfinish = manager.subset_hook_caller(
            "pytest_runtest_logfinish", [manager.getplugin("logging-plugin")]
        )
        self._all_to_display: Callable[[str], Any] = reporter._get_reports_to_display  # noqa: SLF001
        reporter._get_reports_to_display = self._to_display  # noqa: SLF001

    @classmethod
    def install(cls, config: pytest.Config) -> PlainLog | None:
        """Return one, or None if somebody else listens, or shows reports."""
        reporter: Any = config.pluginmanager.getplugin("terminalreporter")
        if (
            is_plain(reporter)
            # It then adds up all reports of a test that it shows.
            and getattr(reporter, "_show_progress_info", None) != "times"
            and only_pytest_shows(config)
            and all(map(_is_own(config), _HOOKS))
        ):
            return cls(config, reporter)
        return None

    @property
    def is_enough(self) -> bool:
        """Whether nobody has come to listen since."""
        return len(self._logreport.get_hookimpls()) == self._listeners

    def log(self, passed: PlainPass) -> None:
        """Tell that a test has passed."""
        (report,) = passed.call_report()
        self._logreport(report=report)
        if self._logfinish.get_hookimpls():
            self._logfinish(nodeid=report.nodeid, location=report.location)
        self._keep("passed", PlainPass.call_report, 1).exchange(report, passed)
        self._keep("", PlainPass.other_reports, 2).promise(passed)

    def _keep(
        self, category: str, make: Callable[[PlainPass], Iterable[pytest.TestReport]], each: int
    ) -> _Kept:
        stats = self._reporter.stats
        kept = stats.get(category)
        if type(kept) is not PromisedList:
            # It is a list, or there is none: the first of a kind may change the colour of the line.
            self._reporter._add_stats(category, [])  # noqa: SLF001
            before, kept = stats[category], PromisedList(make, each)
            kept.extend(before)
            stats[category] = kept
        return kept

    def _to_display(self, key: str) -> Any:
        """Answer for the terminal, which wants to know how many there are."""
        kept = self._reporter.stats.get(key)
        if type(kept) is PromisedList and all(
            getattr(report, "count_towards_summary", True) for report in kept.ready()
        ):
            return kept
        return self._all_to_display(key)


def _is_own(config: pytest.Config) -> Callable[[str], bool]:
    return lambda hook: _INDIFFERENT.issuperset(modules_of(config, hook))
