"""A list that knows its length; its elements are made when somebody looks at one.

pytest and its plugins may want an item and three reports for every test, and rarely look at any.
What they are made from is a fraction of their size.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

from pytest_agentorch.model.late_list import LateList
from pytest_agentorch.system import collector

T = TypeVar("T")
R = TypeVar("R")


class PromisedList(LateList[T], Generic[T, R]):
    """A list of elements and of recipes for elements.

    Args:
        make: makes the elements of a recipe.
        each: how many those are.
    """

    def __init__(self, make: Callable[[R], Iterable[T]], each: int = 1) -> None:
        super().__init__()
        self._make = make
        self._each = each
        # What comes after the elements that the list itself holds.
        self._rest: list[_Ready[T] | R] = []
        self._missing = 0

    def promise(self, recipe: R) -> None:
        """Add the elements that will be made from this."""
        self._rest.append(recipe)
        self._missing += self._each

    def exchange(self, element: T, recipe: R) -> None:
        """Promise the last element instead of keeping it, if it is this one."""
        if self._rest:
            last = self._rest[-1]
            if isinstance(last, _Ready) and last.element is element:
                self._rest.pop()
                self._missing -= 1
                self.promise(recipe)
        elif len(self) and self[-1] is element:
            self.pop()
            self.promise(recipe)

    def ready(self) -> list[T]:
        """Return the elements that need not be made."""
        return self.only(lambda _: False)

    def only(self, wanted: Callable[[R], bool]) -> list[T]:
        """Return the elements that need not be made, and those that some recipes are made to."""
        found = list(list.__iter__(self))
        for one in self._rest:
            if isinstance(one, _Ready):
                found.append(one.element)
            elif wanted(one):
                found += self._make(one)
        return found

    def append(self, element: T) -> None:
        """Add an element."""
        if self._rest:
            self._rest.append(_Ready(element))
            self._missing += 1
        else:
            list.append(self, element)

    def extend(self, elements: Iterable[T]) -> None:
        """Add elements."""
        for element in elements:
            self.append(element)

    def __len__(self) -> int:
        return list.__len__(self) + self._missing

    def fill(self) -> None:
        """Make what was promised."""
        made: list[T] = []
        with collector.paused():
            for one in self._rest:
                made += [one.element] if isinstance(one, _Ready) else self._make(one)
        self._rest, self._missing = [], 0
        list.extend(self, made)


class _Ready(Generic[T]):
    """An element among recipes."""

    __slots__ = ("element",)

    def __init__(self, element: T) -> None:
        self.element = element
