"""The memory in which CPython keeps the frames of a thread: one small chunk after the other.

A call that comes to the end of a chunk maps the next one, and unmaps it when it returns. Where a
loop calls just there each of its calls takes as long as hundreds of calls elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar

_Arguments = ParamSpec("_Arguments")
_Result = TypeVar("_Result")

_WORDS = 1 << 16
"""A frame of half a megabyte, and a bit. Its chunk has the next power of two: the rest is room."""


def with_room(
    function: Callable[_Arguments, _Result], *args: _Arguments.args, **kwargs: _Arguments.kwargs
) -> _Result:
    """Call a function; what it calls finds all the room it needs in one chunk."""
    return function(*args, **kwargs)


with_room.__code__ = with_room.__code__.replace(co_stacksize=_WORDS)
