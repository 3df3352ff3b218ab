"""`--stepwise`: the next run continues where it would if the tests had run in collected order.

Tests end in any order here, so the failure that pytest's plugin has noted may lie behind others
that failed too or never ran.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import pytest

_KEY = "cache/stepwise"
_NAME = "agentorch-stepwise"


class Step(NamedTuple):
    """A report, as far as stepwise looks at it; `position` is that of its test."""

    position: int
    node_id: str
    failed: bool
    is_call: bool


def continue_at(
    steps: Iterable[Step], not_run: Iterable[tuple[int, str]], *, before: str | None, skip: bool
) -> str | None:
    """Return the node id that pytest would note after these reports in collected order.

    Args:
        steps: the reports, those of one test in order.
        not_run: position and node id of the tests without a verdict.
        before: what was noted when the tests were collected.
        skip: whether the first failure does not count.
    """
    noted = before
    for step in sorted(steps, key=lambda one: one.position):
        if step.failed and not skip:
            return min([(step.position, step.node_id), *not_run])[1]
        if step.node_id == noted and (step.failed or step.is_call):
            noted = None
        skip = skip and not step.failed
    return noted


class Steps:
    """Remembers what there is to replay at the end of a run."""

    def __init__(self, config: pytest.Config, plugin: Any, collected: int) -> None:
        self._config = config
        self._collected = collected
        self._before = _noted_by(plugin)
        self._skip = bool(getattr(plugin, "skip", False))
        self._steps: list[Step] = []

    @classmethod
    def follow(cls, config: pytest.Config, collected: int) -> None:
        """Listen to the reports of so many tests from now on, if the run is stepwise."""
        plugin = config.pluginmanager.getplugin("stepwiseplugin")
        if plugin is not None:
            config.pluginmanager.register(cls(config, plugin, collected), _NAME)

    @classmethod
    def of(cls, config: pytest.Config) -> Steps | None:
        """Return those of this run, if there are any."""
        found = config.pluginmanager.getplugin(_NAME)
        return found if isinstance(found, Steps) else None

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note a report."""
        position = int(getattr(report, "item_index", 0))
        self._steps.append(Step(position, report.nodeid, report.failed, report.when == "call"))

    def correct(self, not_run: Iterable[tuple[int, str]]) -> None:
        """Write down where to continue, once pytest has done so.

        Args:
            not_run: number in the plan and node id of each test without a verdict.
        """
        cache: Any = self._config.cache
        waiting = [(number % self._collected, node_id) for number, node_id in not_run]
        noted = continue_at(self._steps, waiting, before=self._before, skip=self._skip)
        known = cache.get(_KEY, None)
        if isinstance(known, dict):
            cache.set(_KEY, {**known, "last_failed": noted})
        elif (known or None) != noted:
            cache.set(_KEY, noted)


def _noted_by(plugin: Any) -> str | None:
    info = getattr(plugin, "cached_info", None)
    noted = plugin.lastfailed if info is None else info.last_failed
    return str(noted) if noted else None
