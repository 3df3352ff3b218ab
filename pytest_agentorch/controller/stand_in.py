"""Stand-ins for what an agent has collected: pytest's plugins here want items and reports."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

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


def items(session: pytest.Session, tests: Sequence[TestDescriptor]) -> list[pytest.Item]:
    """Make an item for each selected test."""
    made: list[pytest.Item] = []
    paths = {file: Path(file) for file in {test.file for test in tests}}
    for test in tests:
        place = (test.location_path, test.line, test.name)
        item = _item(session, test.node_id, paths[test.file], place)
        # Not by `pytest.mark`: that warns of marks that nobody declared, and the agent has done so.
        item.own_markers += [pytest.Mark(name, (), {}, _ispytest=True) for name in test.keywords]
        made.append(item)
    return made


def named_items(session: pytest.Session, node_ids: Iterable[str]) -> list[pytest.Item]:
    """Make an item for each deselected test."""
    made: list[pytest.Item] = []
    for node_id in node_ids:
        name = node_id.partition("::")[0]
        made.append(_item(session, node_id, session.config.rootpath / name, (name, None, node_id)))
    return made


def passed_reports(
    collectors: Sequence[str], members: Iterable[pytest.Item]
) -> Iterator[pytest.CollectReport]:
    """Make the reports of collectors that passed, each with the items right below it."""
    below: defaultdict[str, list[pytest.Item]] = defaultdict(list)
    for item in members:
        below[_parent(item.nodeid)].append(item)
    for node_id in collectors:
        result: list[Any] = below.pop(node_id, [])
        yield pytest.CollectReport(node_id, "passed", None, result)
    for node_id, rest in below.items():
        result = list(rest)
        yield pytest.CollectReport(node_id, "passed", None, result)


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


def note_new_tests(session: pytest.Session) -> None:
    """Let `--nf` remember what exists now: it looks at the items where tests are collected."""
    manager = session.config.pluginmanager
    plugin = manager.getplugin("nfplugin")
    if plugin is None:
        return
    others = [one for one in manager.get_plugins() if one is not plugin]
    modify = manager.subset_hook_caller("pytest_collection_modifyitems", others)
    modify(session=session, config=session.config, items=list(session.items))


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


def _parent(node_id: str) -> str:
    """The node id above; a parameter may hold `::` itself, so brackets are cut off first."""
    base, bracket, _parameters = node_id.partition("[")
    return (base if bracket else node_id).rpartition("::")[0]
