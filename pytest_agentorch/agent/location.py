"""The places of items: pytest looks for the file of each, which is that of its neighbour."""

from __future__ import annotations

from functools import cached_property
from types import CodeType, FunctionType, MethodType
from typing import Any

import pytest

Place = tuple[str, int | None, str]
"""Path relative to rootdir, 0-based line, name in the file."""

_NAME = "location"
_is_kept = isinstance(vars(pytest.Item).get(_NAME), cached_property)
_find: Any = pytest.Function.reportinfo


class Locations:
    """Says where items are, and lets them know: the run will ask them."""

    def __init__(self) -> None:
        self._files: dict[str, str] = {}

    def of(self, item: pytest.Item) -> Place:
        """Return what `item.location` is."""
        code = _code(item) if _is_kept and _NAME not in vars(item) else None
        if code is None or not isinstance(item, pytest.Function):
            return item.location
        file = self._files.get(code.co_filename)
        if file is None:
            self._files[code.co_filename] = item.location[0]
            return item.location
        place = file, code.co_firstlineno - 1, item.getmodpath()
        vars(item)[_NAME] = place
        return place


def _code(item: pytest.Item) -> CodeType | None:
    """The code of a plain function or method, where pytest would look at nothing else."""
    if type(item) is not pytest.Function or pytest.Function.reportinfo is not _find:
        return None
    function: object = item.obj
    if type(function) is MethodType:
        function = function.__func__
    if type(function) is not FunctionType or not {"__wrapped__", "place_as"}.isdisjoint(
        vars(function)
    ):
        return None
    return function.__code__
