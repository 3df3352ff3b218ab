"""Whether other agents may collect file by file what this one has collected as a whole."""

from __future__ import annotations

from collections.abc import Collection
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
        and all(map(_is_named_by_its_file, collected))
    )


def _is_named_by_its_file(item: pytest.Item) -> bool:
    files = (node for node in item.iter_parents() if isinstance(node, pytest.File))
    return all(file_of(str(item.nodeid)) == str(file.nodeid) for file in files)


def _package(thing: Any) -> str:
    """Where a plugin or one of its functions is from."""
    kind = thing if hasattr(thing, "__name__") else type(thing)
    return str(getattr(kind, "__module__", None) or kind.__name__).partition(".")[0]
