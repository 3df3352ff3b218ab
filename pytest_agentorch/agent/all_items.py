"""`session.items` where not everything has been collected: it is, as soon as somebody looks."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest

_LOOKS = (
    *("__iter__", "__len__", "__getitem__", "__contains__", "__reversed__", "__repr__"),
    *("__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__", "__add__", "__mul__", "__rmul__"),
    *("__iadd__", "__imul__", "__setitem__", "__delitem__", "append", "clear", "copy", "count"),
    *("extend", "index", "insert", "pop", "remove", "reverse", "sort"),
)


class AllItems(list[pytest.Item]):
    """A list that is filled when it is used for the first time."""

    def __init__(self, collect: Callable[[], Iterable[pytest.Item]]) -> None:
        super().__init__()
        self._collect: Callable[[], Iterable[pytest.Item]] | None = collect

    def __radd__(self, others: list[Any]) -> list[Any]:
        # Python asks the right side first if its class is derived from that of the left one.
        return [*others, *self]

    def fill(self) -> None:
        """Collect, if that is still to be done. Whoever looks meanwhile sees nothing."""
        collect, self._collect = self._collect, None
        if collect is not None:
            self[:] = collect()


def _looking(name: str) -> Callable[..., Any]:
    method = getattr(list, name)

    def look(items: AllItems, *arguments: Any, **options: Any) -> Any:
        items.fill()
        return method(items, *arguments, **options)

    return look


for _name in _LOOKS:
    setattr(AllItems, _name, _looking(_name))
