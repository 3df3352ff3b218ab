"""`connect`: what tests get of a run-scoped fixture is made of its value, in each process once."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Generator
from functools import partial
from typing import Any

import pytest

from pytest_agentorch.model.run_fixture import MARK, RunFixtureMark


def mark_of(fixturedef: Any) -> RunFixtureMark | None:
    """What is said of a fixture in its own code; None if that is nothing."""
    found = getattr(fixturedef.func, MARK, None)
    return found if isinstance(found, RunFixtureMark) else None


class Connecting:
    """A pytest plugin.

    Args:
        keep: told the value of a fixture; says whether anything is to be made of it now.
    """

    def __init__(self, keep: Callable[[Any, object], bool] = lambda _fixture, _value: True) -> None:
        self._keep = keep

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(
        self, fixturedef: Any, request: Any
    ) -> Generator[None, object, object]:
        """Connect to what the fixture has made."""
        __tracebackhide__ = True
        # Now: while it is set up others may put something in the place of its function.
        mark = mark_of(fixturedef)
        value = yield
        if self._keep(fixturedef, value) and mark is not None:
            return connect(fixturedef, mark, value, fixturedef.cache_key(request))
        return value


def connect(fixturedef: Any, mark: RunFixtureMark, value: object, key: object) -> object:
    """Let a fixture have what is made of its value, and return that."""
    __tracebackhide__ = True
    if mark.connect is None:
        return value
    try:
        connected = mark.connect(value)
        if inspect.isgeneratorfunction(mark.connect):
            # What is added last is called first: before the fixture's own teardown.
            fixturedef.addfinalizer(partial(_let_go, connected))
            connected = next(connected)
    except BaseException as error:
        fixturedef.cached_result = (None, key, (error, error.__traceback__))
        raise
    fixturedef.cached_result = (connected, key, None)
    return connected


def _let_go(made: Generator[object, None, None]) -> None:
    __tracebackhide__ = True
    for _ in made:
        pytest.fail("connect has more than one yield", pytrace=False)
