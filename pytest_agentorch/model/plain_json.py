"""JSON as tests may use it: what it does not know is an error, and nothing becomes its `repr`."""

from __future__ import annotations

from json import JSONDecoder, JSONEncoder
from typing import Any

from pytest_agentorch.model.coordination_error import NotJsonError

# Bound here: tests may change `json`.
_dump = JSONEncoder(separators=(",", ":")).encode
_load = JSONDecoder().decode


def to_json(value: Any, what: str) -> str:
    """Return a value as text.

    Args:
        value: anything that JSON knows.
        what: it is, for the error.

    Raises:
        NotJsonError: JSON does not know it.
    """
    try:
        return _dump(value)
    except (TypeError, ValueError, RecursionError) as error:
        raise NotJsonError(
            f"{what} is no JSON: {error}. Use None, numbers, texts, lists, and dictionaries with "
            "texts as keys. [not-json]"
        ) from None


def from_json(text: str) -> Any:
    """Return the value of such a text.

    Raises:
        ValueError: it is none.
    """
    return _load(text)
