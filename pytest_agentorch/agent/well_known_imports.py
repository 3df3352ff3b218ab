"""What test modules have imported of libraries that tell what their tests are about."""

from __future__ import annotations

import sys
from types import BuiltinFunctionType, FunctionType, ModuleType
from typing import Any

import pytest

from pytest_agentorch.orchestration.classify import IMPORTS

_ROOTS = frozenset(name.partition(".")[0] for name in IMPORTS)


class WellKnownImports:
    """Looks at each module once, and at none where nobody has loaded such a library."""

    def __init__(self) -> None:
        self._is_any_loaded = not _ROOTS.isdisjoint(sys.modules)
        self._of_module: dict[object, tuple[str, ...]] = {}

    def of(self, item: pytest.Item) -> tuple[str, ...]:
        """Return the names of such libraries, or of what is from them, in the item's module."""
        node = item.getparent(pytest.Module) if self._is_any_loaded else None
        if node is None:
            return ()
        found = self._of_module.get(node)
        if found is None:
            # What it has loaded; it is not to load anything now.
            found = self._of_module[node] = well_known(getattr(node, "_obj", None))
        return found


def well_known(module: Any) -> tuple[str, ...]:
    """Return what a module has of such libraries, in the order in which it has got it."""
    if not isinstance(module, ModuleType):
        return ()
    names = (name for value in list(vars(module).values()) for name in _names(value))
    return tuple(dict.fromkeys(name for name in names if name in IMPORTS))


def _names(value: Any) -> tuple[str, ...]:
    """Where a value is from. Other objects are not touched: they may do something then."""
    kind = type(value)
    if kind is ModuleType:
        return (_root(value.__name__),)
    if kind in (type, FunctionType, BuiltinFunctionType):
        root = _root(value.__module__)
        return (root, f"{root}.{value.__name__}") if root in _ROOTS else ()
    return ()


def _root(name: Any) -> str:
    return name.partition(".")[0] if isinstance(name, str) else ""
