"""Hypothesis strategies for every message, made from the annotations of its class."""

from __future__ import annotations

import enum
import types
from typing import Any, Union, get_args, get_origin, get_type_hints

from hypothesis import strategies as st

from pytest_agentorch.model.frozen import Frozen, fields

# Lone surrogates too: names of files and texts of failing tests can hold them.
TEXTS = st.text(st.characters(exclude_categories=()), max_size=8)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXTS
DATA = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)
_SIMPLE: dict[Any, st.SearchStrategy[Any]] = {
    Any: DATA,
    str: TEXTS,
    int: st.integers(),
    float: st.floats(allow_nan=False),
    bool: st.booleans(),
    types.NoneType: st.none(),
}


def messages_of(union: Any) -> st.SearchStrategy[Any]:
    """Messages of one direction."""
    return st.one_of(*(of_type(kind) for kind in get_args(union)))


def of_type(hint: Any) -> st.SearchStrategy[Any]:
    """Values of an annotation."""
    hint = getattr(hint, "__supertype__", hint)
    origin, arguments = get_origin(hint), get_args(hint)
    if hint in _SIMPLE:
        return _SIMPLE[hint]
    if isinstance(hint, type) and issubclass(hint, Frozen):
        hints = get_type_hints(hint)
        parts = {name: of_type(hints[name]) for name in fields(hint)}
        return st.builds(hint, **parts)
    if isinstance(hint, type) and issubclass(hint, enum.Enum):
        return st.sampled_from(hint)
    if origin is tuple:
        return st.lists(of_type(arguments[0]), max_size=3).map(tuple)
    if origin is dict:
        return st.dictionaries(of_type(arguments[0]), of_type(arguments[1]), max_size=3)
    assert origin in (Union, types.UnionType), f"no strategy for {hint}"
    return st.one_of(*map(of_type, arguments))
