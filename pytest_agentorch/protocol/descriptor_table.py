"""The table of tests: descriptors as text, a column per field, what repeats only once.

Ten thousand records would take long to write and to read one by one; columns are one call each.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from json import JSONDecoder, JSONEncoder
from typing import Any

from pytest_agentorch.model.frozen import fields, from_columns
from pytest_agentorch.model.needs import Needs
from pytest_agentorch.model.record import lift, lower
from pytest_agentorch.model.run_fixture import RunFixture
from pytest_agentorch.model.test import Classification, TestDescriptor


class _Encoder(JSONEncoder):
    """Keeps its methods: the collection has imported test modules, which may have changed some."""

    encode, iterencode = JSONEncoder.encode, JSONEncoder.iterencode


_to_json = _Encoder(separators=(",", ":")).encode
_from_json = JSONDecoder().decode

_FIELDS = fields(TestDescriptor)
_OWN = ("node_id", "name", "own_names")
"""What every test has for itself: not looked for in others."""
_LOWER: dict[str, Callable[[Any], Any]] = dict.fromkeys(
    ("classification", "needs", "run_fixtures"), lower
)
_LIFT: dict[str, Callable[[Any], Any]] = {
    "classification": lambda data: lift(Classification, data),
    "keywords": tuple,
    "needs": lambda data: lift(Needs, data),
    "own_names": tuple,
    "run_fixtures": lambda data: tuple(lift(RunFixture, one) for one in data),
}


def dump_tests(tests: Sequence[TestDescriptor]) -> str:
    """Return the table of some tests."""
    return _to_json([_column(name, tests) for name in _FIELDS])


def load_tests(table: str) -> tuple[TestDescriptor, ...]:
    """Return the tests of a table.

    Raises:
        ValueError, TypeError: it is none.
    """
    columns = [
        _values(name, column) for name, column in zip(_FIELDS, _from_json(table), strict=True)
    ]
    lengths = set(map(len, columns))
    if len(lengths) != 1:
        raise ValueError(f"columns of different lengths: {sorted(lengths)}")
    return tuple(from_columns(TestDescriptor, columns, *lengths))


def _column(name: str, tests: Sequence[TestDescriptor]) -> list[Any]:
    """Return the different values of a field, and which of them each test has; None for each."""
    values = [getattr(test, name) for test in tests]
    if name in _OWN:
        return [values, None]
    places: dict[object, int] = {}
    which = [places.setdefault(value, len(places)) for value in values]
    return [list(map(_LOWER.get(name, _as_it_is), places)), which]


def _values(name: str, column: Sequence[Any]) -> Sequence[Any]:
    different, which = column
    values = list(map(_LIFT.get(name, _as_it_is), different))
    return values if which is None else list(map(values.__getitem__, which))


def _as_it_is(value: Any) -> Any:
    return value
