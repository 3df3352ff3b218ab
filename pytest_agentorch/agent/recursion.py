"""The recursion limit that a test sets leaves as much room as in plain pytest.

An agent's stack is deeper, and what follows a test (reports, teardown) has to fit below the limit.
"""

from __future__ import annotations

from collections.abc import Generator
from sys import getrecursionlimit, setrecursionlimit

import pytest

DEEPER = 45
"""By no more frames than this is the stack of an agent deeper than that of plain pytest."""


class RecursionRoom:
    """A plugin that raises a limit that has been lowered, by what an agent needs for itself."""

    def __init__(self) -> None:
        self._limit = getrecursionlimit()

    # Innermost: all other plugins come after it.

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_runtest_setup(self) -> Generator[None, object, object]:
        """Look what fixtures have done."""
        __tracebackhide__ = True
        try:
            return (yield)
        finally:
            self._make_room()

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_runtest_call(self) -> Generator[None, object, object]:
        """Look what the test has done."""
        __tracebackhide__ = True
        try:
            return (yield)
        finally:
            self._make_room()

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_runtest_teardown(self) -> Generator[None, object, object]:
        """Look what fixtures have left behind."""
        __tracebackhide__ = True
        try:
            return (yield)
        finally:
            self._make_room()

    def _make_room(self) -> None:
        limit = getrecursionlimit()
        if limit < self._limit:
            limit += DEEPER
            setrecursionlimit(limit)
        self._limit = limit
