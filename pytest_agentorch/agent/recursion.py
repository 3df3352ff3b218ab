"""The recursion limit that a test sets leaves as much room as in plain pytest.

An agent's stack is deeper, and what follows a test (reports, teardown) has to fit below the limit.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from sys import getrecursionlimit, setrecursionlimit
from typing import Any, TypeVar

import pytest

_Function = TypeVar("_Function", bound=Callable[..., Any])

DEEPER = 45
"""By no more frames than this is the stack of an agent deeper than that of plain pytest."""


def _unseen(function: _Function) -> _Function:
    """Let pytest take a function for one that was generated, which its tracebacks never show.

    `__tracebackhide__` is not enough: what has no frame but hidden ones is shown in another way.
    """
    code = function.__code__
    function.__code__ = code.replace(co_filename=f"<{__name__}>")
    return function


class RecursionRoom:
    """A plugin that raises a limit that has been lowered, by what an agent needs for itself."""

    def __init__(self) -> None:
        self._first = self._given = getrecursionlimit()

    # Innermost: all other plugins come after it.

    @pytest.hookimpl(wrapper=True, trylast=True)
    @_unseen
    def pytest_runtest_setup(self) -> Generator[None, object, object]:
        """Look what fixtures have done."""
        __tracebackhide__ = True
        try:
            return (yield)
        finally:
            self._make_room()

    @pytest.hookimpl(wrapper=True, trylast=True)
    @_unseen
    def pytest_runtest_call(self) -> Generator[None, object, object]:
        """Look what the test has done."""
        __tracebackhide__ = True
        try:
            return (yield)
        finally:
            self._make_room()

    @pytest.hookimpl(wrapper=True, trylast=True)
    @_unseen
    def pytest_runtest_teardown(self) -> Generator[None, object, object]:
        """Look what fixtures have left behind."""
        __tracebackhide__ = True
        try:
            return (yield)
        finally:
            self._make_room()

    def _make_room(self) -> None:
        limit = getrecursionlimit()
        if limit < self._first and limit != self._given:
            self._given = limit + DEEPER
            setrecursionlimit(self._given)
