"""Whether other agents may collect file by file what this one has collected as a whole."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

import pytest

from pytest_agentorch.agent.vetted import ALL_ITEMS, PARTIAL_ITEMS
from pytest_agentorch.model.test import file_of


def is_divisible(session: pytest.Session, collected: Collection[pytest.Item]) -> bool:
    """Say whether each item is found in its file alone, and nobody wants to see all of them.

    Args:
        session: that has collected; its items are those that were selected.
        collected: all items, from before anybody has selected.
    """
    config = session.config
    hook = config.hook
    lookers = (
        *hook.pytest_collection.get_hookimpls(),
        *hook.pytest_collection_modifyitems.get_hookimpls(),
        *hook.pytest_collection_finish.get_hookimpls(),
    )
    plugins = {_package(plugin) for plugin in config.pluginmanager.get_plugins()}
    return (
        type(session) is pytest.Session
        and plugins.isdisjoint(ALL_ITEMS)
        and all(_package(one.function) in PARTIAL_ITEMS for one in lookers)
        and set(collected).issuperset(session.items)
        and _are_named_by_their_files(collected)
    )


def _are_named_by_their_files(items: Iterable[pytest.Item]) -> bool:
    # Few different ones: tests of one class or file have the same parent.
    places = {(item.parent, file_of(str(item.nodeid))) for item in items}
    return all(
        file == str(node.nodeid)
        for parent, file in places
        if parent is not None
        for node in parent.iter_parents()
        if isinstance(node, pytest.File)
    )


def _package(thing: Any) -> str:
    """Where a plugin or one of its functions is from."""
    kind = thing if hasattr(thing, "__name__") else type(thing)
    return str(getattr(kind, "__module__", None) or kind.__name__).partition(".")[0]
