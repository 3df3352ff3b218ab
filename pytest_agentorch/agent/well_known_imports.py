"""What test modules have imported of libraries that tell what their tests are about."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType
from typing import Any

import pytest

from pytest_agentorch.orchestration.classify import IMPORTS

_ROOTS = frozenset(name.partition(".")[0] for name in IMPORTS)
_KNOWN_AS = {"cimpl": "confluent_kafka"}
"""What classes say that they are from, and what they are imported from."""


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
    if type(value) is MethodType:
        # A library may have a method of a class among its functions: `psycopg.connect`.
        value = value.__func__
    kind = type(value)
    if kind is ModuleType:
        return (_root(value.__name__),)
    if issubclass(kind, type):
        # What the class of a class makes of names is its own business.
        return _made_in(type.__getattribute__, value)
    if kind in (FunctionType, BuiltinFunctionType):
        return _made_in(getattr, value)
    return ()


def _made_in(get: Callable[[Any, str], Any], value: Any) -> tuple[str, ...]:
    try:
        root = _root(get(value, "__module__"))
        return (root, f"{root}.{get(value, '__name__')}") if root in _ROOTS else ()
    except AttributeError:
        return ()


def _root(name: Any) -> str:
    root = name.partition(".")[0] if isinstance(name, str) else ""
    return _KNOWN_AS.get(root, root)
