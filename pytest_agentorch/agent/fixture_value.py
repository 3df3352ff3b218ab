"""The value of a run-scoped fixture, as it crosses the wire: plain data, and exactly that.

A path, which execnet does not know, is a pair: a mark, unlike all else in the value, and its text.
"""

from __future__ import annotations

import os
from base64 import b64decode, b64encode
from pathlib import Path
from typing import Any

from execnet import DumpError, dumps, loads

_TOKEN = ""
"""A bare `object()` says no more than that it is there: each process has one of its own."""
_PATH = type(Path())
_SEQUENCES = (list, tuple, set, frozenset)
_PLAIN = (*_SEQUENCES, dict, str, bytes, int, float, complex, bool, type(None), _PATH)


class NoPlainDataError(Exception):
    """A value that only its own process can have."""


def encode(value: object) -> str:
    """Return a value as text.

    Raises:
        NoPlainDataError: it cannot be the same in another process.
    """
    if type(value) is object:
        return _TOKEN
    mark = os.urandom(8)
    try:
        return b64encode(mark + dumps(_lower(value, mark))).decode("ascii")
    except (DumpError, ValueError, OverflowError, RecursionError) as error:
        raise NoPlainDataError(str(error)) from None


def decode(text: str) -> object:
    """Return the value again."""
    if text == _TOKEN:
        return object()
    data = b64decode(text)
    return _lift(loads(data[8:]), data[:8])


def _lower(value: Any, mark: bytes) -> Any:
    kind = type(value)
    if kind is _PATH:
        return (mark, str(value))
    if kind in _SEQUENCES:
        return kind(_lower(one, mark) for one in value)
    if kind is dict:
        return {_lower(key, mark): _lower(one, mark) for key, one in value.items()}
    return value


def _lift(value: Any, mark: bytes) -> Any:
    kind = type(value)
    if kind is tuple and len(value) == 2 and value[0] == mark:
        return Path(value[1])
    if kind in _SEQUENCES:
        return kind(_lift(one, mark) for one in value)
    if kind is dict:
        return {_lift(key, mark): _lift(one, mark) for key, one in value.items()}
    return value


def advice(name: str, value: object) -> str:
    """What to tell of a value that cannot be shared."""
    stranger = _stranger(value)
    made = _called(value) + ("" if stranger is value else f" with {_called(stranger)} in it")
    return (
        f"the run-scoped fixture '{name}' has made {made}, which cannot go from the process that "
        "has set it up to the agents. Let it return plain data (numbers, text, bytes, paths, "
        "lists, tuples, sets, dicts), such as an address, and make of that what tests need: "
        f"@pytest_agentorch.run_fixture(connect=...). [run-fixture-value]"
    )


def _stranger(value: Any) -> Any:
    """What is in a value that is no plain data; the value itself if that cannot be told."""
    waiting, seen = [value], set()
    while waiting:
        one = waiting.pop()
        if type(one) not in _PLAIN:
            return one
        if id(one) not in seen and type(one) in (*_SEQUENCES, dict):
            seen.add(id(one))
            waiting += [*one, *one.values()] if type(one) is dict else one
    return value


def _called(value: object) -> str:
    kind = type(value)
    module = "" if kind.__module__ == "builtins" else f"{kind.__module__}."
    name = f"{module}{kind.__qualname__}"
    return f"an {name}" if name[:1].lower() in "aeiou" else f"a {name}"
