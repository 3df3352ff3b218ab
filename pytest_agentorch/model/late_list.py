"""A list that is filled as soon as somebody looks into it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")

_LOOKS = (
    *("__iter__", "__len__", "__getitem__", "__contains__", "__reversed__", "__repr__"),
    *("__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__", "__add__", "__mul__", "__rmul__"),
    *("__iadd__", "__imul__", "__setitem__", "__delitem__", "append", "clear", "copy", "count"),
    *("extend", "index", "insert", "pop", "remove", "reverse", "sort"),
)


class LateList(list[T]):
    """Looks like any list, also to what is written in C. Copies of it are plain lists."""

    def fill(self) -> None:
        """Put in what is missing. Called before anything is read or changed."""
        raise NotImplementedError

    def __radd__(self, others: list[Any]) -> list[Any]:
        # Python asks the right side first if its class is derived from that of the left one.
        return [*others, *self]

    def __reduce__(self) -> tuple[type[list[T]], tuple[list[T]]]:
        return list, ([*self],)


def _looking(name: str) -> Callable[..., Any]:
    method = getattr(list, name)

    def look(late: LateList[Any], *arguments: Any, **options: Any) -> Any:
        for one in (late, *arguments):
            # What is written in C looks past the methods of the other one.
            if isinstance(one, LateList):
                one.fill()
        return method(late, *arguments, **options)

    return look


for _name in _LOOKS:
    setattr(LateList, _name, _looking(_name))
