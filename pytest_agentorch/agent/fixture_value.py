"""The value of a run-scoped fixture, as it crosses the wire: plain data, and exactly that."""

from __future__ import annotations

from base64 import b64decode, b64encode

from execnet import DumpError, dumps, loads

_TOKEN = ""
"""A bare `object()` says no more than that it is there: each process has one of its own."""


class NoPlainDataError(Exception):
    """A value that only its own process can have."""


def encode(value: object) -> str:
    """Return a value as text.

    Raises:
        NoPlainDataError: it cannot be the same in another process.
    """
    if type(value) is object:
        return _TOKEN
    try:
        return b64encode(dumps(value)).decode("ascii")
    except (DumpError, ValueError, OverflowError, RecursionError) as error:
        raise NoPlainDataError(str(error)) from None


def decode(text: str) -> object:
    """Return the value again."""
    if text == _TOKEN:
        return object()
    value: object = loads(b64decode(text))
    return value


def advice(name: str, value: object) -> str:
    """What to tell of a value that cannot be shared."""
    kind = type(value)
    called = (
        kind.__qualname__
        if kind.__module__ == "builtins"
        else (f"{kind.__module__}.{kind.__qualname__}")
    )
    return (
        f"the run-scoped fixture '{name}' has made {_article(called)}, which cannot go from the "
        "process that has set it up to the agents. Let it return plain data (numbers, text, bytes, "
        "lists, tuples, sets, dicts), such as an address, and make of that what tests need: "
        f"@pytest_agentorch.run_fixture(connect=...). [run-fixture-value]"
    )


def _article(name: str) -> str:
    return f"an {name}" if name[:1].lower() in "aeiou" else f"a {name}"
