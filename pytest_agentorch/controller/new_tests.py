"""What exists now, for `--nf`: it looks at the items where tests are collected."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from typing import Any

import pytest

from pytest_agentorch.model.test import TestDescriptor

_parse: Any = str
with contextlib.suppress(ImportError):
    # Newer versions of pytest keep a parsed node id beside the text.
    from _pytest.nodeid import NodeId

    _parse = NodeId.parse


def note_new_tests(session: pytest.Session, tests: Iterable[TestDescriptor]) -> None:
    """Let pytest remember these tests as known."""
    manager = session.config.pluginmanager
    plugin: Any = manager.getplugin("nfplugin")
    if plugin is None:
        return
    others = [one for one in manager.get_plugins() if one is not plugin]
    modify = manager.subset_hook_caller("pytest_collection_modifyitems", others)
    # It would sort them by the age of their files, which may be gone by now. An agent has done so.
    was_active, plugin.active = plugin.active, False
    try:
        modify(session=session, config=session.config, items=list(map(_Known, tests)))
    finally:
        plugin.active = was_active


class _Known:
    """As much of an item as is wanted in order to remember it."""

    __slots__ = ("nodeid",)

    def __init__(self, test: TestDescriptor) -> None:
        self.nodeid = test.node_id

    @property
    def id(self) -> object:
        """The node id, parsed where pytest does so."""
        return _parse(self.nodeid)
