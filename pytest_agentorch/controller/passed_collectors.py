"""The reports of collectors that passed, as pytest's plugins know them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import pytest

from pytest_agentorch.controller.own_terminal import is_plain
from pytest_agentorch.controller.promised_list import PromisedList
from pytest_agentorch.controller.stand_in import Items
from pytest_agentorch.model.test import parent_of


def report_passed(
    config: pytest.Config,
    collectors: Sequence[str],
    members: Sequence[tuple[Sequence[str], Items]],
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
    collectors: Sequence[str], members: Sequence[tuple[Sequence[str], Items]]
) -> Iterator[pytest.CollectReport]:
    below: defaultdict[str, Any] = defaultdict(lambda: PromisedList(_item))
    for names, items in members:
        for position, name in enumerate(names):
            below[parent_of(name)].promise((items, position))
    for node_id in collectors:
        yield pytest.CollectReport(node_id, "passed", None, below.pop(node_id, []))
    for node_id, rest in below.items():
        yield pytest.CollectReport(node_id, "passed", None, rest)


def _item(recipe: tuple[Items, int]) -> Iterable[pytest.Item]:
    items, position = recipe
    return items.at(position)
