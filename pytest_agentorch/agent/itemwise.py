"""Whether a hook goes through its items one by one, so that it may be called with some of them.

What it does with the list itself, sorting it or taking items out, does not count: in agents that
has no effect. Whoever counts items, keeps them or hands them on wants all of them. Pure.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable
from typing import Any

_ITEMS = "items"
_WALKS = ("enumerate", "list", "reversed", "sorted", "tuple")
_ORDERS = ("remove", "reverse", "sort")

_Parents = dict[ast.AST, ast.AST]


def is_itemwise(function: Callable[..., Any]) -> bool:
    """Look at the source of a hook; one that cannot be read is not trusted."""
    try:
        source = inspect.getsource(inspect.unwrap(function))
        return reads_itemwise(textwrap.dedent(source))
    except (OSError, TypeError, SyntaxError, ValueError):
        return False


def reads_itemwise(source: str) -> bool:
    """Whether each mention of the items in a function is a walk through them, or their order."""
    tree = ast.parse(source)
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            if node.attr == "register":
                # No plugin can be registered twice.
                return False
            if node.attr == _ITEMS and not _is_called(node, parents):
                # The session's; a mapping's would be called.
                return False
        elif isinstance(node, ast.Name) and node.id == _ITEMS and not _is_harmless(node, parents):
            return False
    return True


def _is_harmless(name: ast.Name, parents: _Parents) -> bool:
    node: ast.AST = name
    parent = parents[node]
    while _is_walk(node, parent):
        node, parent = parent, parents[parent]
    harmless = False
    match parent:
        case ast.For(iter=part) | ast.If(test=part):
            harmless = part is node
        case ast.comprehension(target=ast.Name(id=name_of_one)):
            harmless = _is_filter(parents[parent], name_of_one)
        case ast.UnaryOp(op=ast.Not()):
            harmless = isinstance(parents[parent], ast.If)
        case ast.Attribute(attr=method) if _is_called(parent, parents):
            harmless = method in _ORDERS and isinstance(parents[parents[parent]], ast.Expr)
        case ast.Assign(targets=[part]):
            harmless = part is node and isinstance(node, ast.Subscript)
    return harmless or _is_selected(parent, parents)


def _is_walk(node: ast.AST, parent: ast.AST) -> bool:
    """Whether a parent is all of the items, too: `list(items)`, `sorted(items)`, `items[:]`."""
    match parent:
        case ast.Call(func=ast.Name(id=name), args=[first, *_]):
            return first is node and name in _WALKS
        case ast.Subscript(value=value, slice=ast.Slice(lower=None, upper=None, step=None)):
            return value is node
    return False


def _is_filter(node: ast.AST, name: str) -> bool:
    match node:
        case ast.ListComp(elt=ast.Name(id=kept)):
            return kept == name
    return False


def _is_called(node: ast.AST, parents: _Parents) -> bool:
    parent = parents[node]
    return isinstance(parent, ast.Call) and parent.func is node


def _is_selected(node: ast.AST, parents: _Parents) -> bool:
    """Whether it is part of what becomes the list: `items[:] = ...`."""
    while node in parents:
        match node:
            case ast.Assign(targets=[ast.Subscript(value=ast.Name(id=name)) as target]):
                return name == _ITEMS and _is_walk(target.value, target)
        node = parents[node]
    return False
