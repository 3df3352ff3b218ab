"""The reports of collectors that passed, as pytest's plugins know them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from pytest_agentorch.controller.plain_log import is_plain
from pytest_agentorch.controller.promised_list import PromisedList


def report_passed(
    config: pytest.Config,
    collectors: Sequence[str],
    members: Sequence[tuple[Sequence[str], Sequence[pytest.Item]]],
) -> None:
    """Tell plugins of collectors that passed, each with the items right below it.

    Args:
        config: of the controller.
        collectors: by node id.
        members: node ids, and the items of these names.
    """
    tell = _teller(config)
    for report in _reports(collectors, members):
        tell(report)


def _teller(config: pytest.Config) -> Any:
    """Return what tells; pytest's terminal only counts, and is told how many there are."""
    reporter: Any = config.pluginmanager.getplugin("terminalreporter")
    if not (
        is_plain(reporter)
        and hasattr(reporter, "_numcollected")
        and "pytest_collectreport" not in vars(reporter)
    ):
        return lambda report: config.hook.pytest_collectreport(report=report)
    others = config.pluginmanager.subset_hook_caller("pytest_collectreport", [reporter])

    def tell(report: pytest.CollectReport) -> None:
        others(report=report)
        reporter._numcollected += len(report.result)  # noqa: SLF001

    return tell


def _reports(
    collectors: Sequence[str], members: Sequence[tuple[Sequence[str], Sequence[pytest.Item]]]
) -> Iterator[pytest.CollectReport]:
    below: defaultdict[str, Any] = defaultdict(lambda: PromisedList(_nth))
    for names, items in members:
        for position, name in enumerate(names):
            below[_parent(name)].promise((items, position))
    for node_id in collectors:
        yield pytest.CollectReport(node_id, "passed", None, below.pop(node_id, []))
    for node_id, rest in below.items():
        yield pytest.CollectReport(node_id, "passed", None, rest)


def _nth(recipe: tuple[Sequence[pytest.Item], int]) -> Iterator[pytest.Item]:
    items, position = recipe
    yield items[position]


def _parent(node_id: str) -> str:
    """The node id above; a parameter may hold `::` itself, so brackets are cut off first."""
    base, bracket, _parameters = node_id.partition("[")
    return (base if bracket else node_id).rpartition("::")[0]
