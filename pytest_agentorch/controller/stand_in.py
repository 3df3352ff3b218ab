"""Stand-ins for the items that an agent has collected: pytest's plugins here may want them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import pytest

from pytest_agentorch.controller.own_terminal import is_plain
from pytest_agentorch.controller.promised_list import PromisedList
from pytest_agentorch.model.test import TestDescriptor


class StandIn(pytest.Item):
    """An item that an agent runs: it has a name and a place, and nothing to run here."""

    def __init__(self, *, place: tuple[str, int | None, str], **arguments: Any) -> None:
        super().__init__(**arguments)
        self._place = place

    @property
    def location(self) -> tuple[str, int | None, str]:
        """As the agent told it."""
        return self._place

    def runtest(self) -> None:
        """Never called: agents run tests."""
        raise NotImplementedError(f"{self.nodeid} runs in an agent")

    def reportinfo(self) -> tuple[Any, int | None, str]:
        """As the agent told it."""
        return self.path, self._place[1], self._place[2]


class Items(PromisedList[pytest.Item, int]):
    """Items that are made when somebody looks, and each once, whoever looks.

    Args:
        make: makes the item at a position.
        count: how many there are.
    """

    def __init__(self, make: Callable[[int], pytest.Item], count: int) -> None:
        super().__init__(self.at)
        self._make_one = make
        self._made: dict[int, pytest.Item] = {}
        for position in range(count):
            self.promise(position)

    def at(self, position: int) -> Iterable[pytest.Item]:
        """The item that had this position at first, whatever has become of the list."""
        item = self._made.get(position)
        if item is None:
            item = self._made[position] = self._make_one(position)
        return (item,)


def items(session: pytest.Session, tests: Sequence[TestDescriptor]) -> Items:
    """Return the items of selected tests."""
    paths = {file: Path(file) for file in {test.file for test in tests}}

    def make(position: int) -> pytest.Item:
        test = tests[position]
        place = (test.location_path, test.line, test.name)
        item = _item(session, test.node_id, paths[test.file], place)
        # Not by `pytest.mark`: that warns of marks that nobody declared, and the agent has done so.
        item.own_markers += [pytest.Mark(name, (), {}, _ispytest=True) for name in test.keywords]
        return item

    return Items(make, len(tests))


def named_items(session: pytest.Session, node_ids: Sequence[str]) -> Items:
    """Return the items of deselected tests."""

    def make(position: int) -> pytest.Item:
        node_id = node_ids[position]
        name = node_id.partition("::")[0]
        return _item(session, node_id, session.config.rootpath / name, (name, None, node_id))

    return Items(make, len(node_ids))


def deselect(config: pytest.Config, items: Items) -> None:
    """Tell plugins of deselected tests; pytest's terminal only counts them."""
    reporter: Any = config.pluginmanager.getplugin("terminalreporter")
    listeners = config.hook.pytest_deselected.get_hookimpls()
    nobody_else = [one.plugin for one in listeners] == [reporter]
    if is_plain(reporter) and nobody_else and "deselected" not in reporter.stats:
        reporter._add_stats("deselected", [])  # noqa: SLF001 - no public way to count
        reporter.stats["deselected"] = items
    else:
        config.hook.pytest_deselected(items=items)


def carry_over_selection(config: pytest.Config, selection: dict[str, Any]) -> None:
    """Give `--lf` and `--sw` here what they found out in the agent."""
    for name, values in selection.items():
        plugin = config.pluginmanager.getplugin(name)
        if plugin is not None and isinstance(values, dict):
            for key, value in values.items():
                setattr(plugin, key, value)
    info = getattr(config.pluginmanager.getplugin("stepwiseplugin"), "cached_info", None)
    if info is not None and "stepwise_test_count" in selection:
        info.last_test_count = selection["stepwise_test_count"]
        if selection["stepwise_begins_anew"]:
            info.last_failed = None


def _item(
    session: pytest.Session, node_id: str, path: Path, place: tuple[str, int | None, str]
) -> StandIn:
    item = StandIn.from_parent(
        session,
        name=node_id.rpartition("::")[2],
        nodeid=node_id,
        path=path,
        place=place,
    )
    assert isinstance(item, StandIn)
    return item
