"""Plain data for frozen dataclasses, and back: what the wire and the event log share.

`lower` turns dataclasses, enums, paths and tuples into what JSON knows; `lift` rebuilds them from
the annotations of the class.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

Lift = Callable[[Any], Any]

_SCALARS: dict[Any, tuple[type, ...]] = {
    str: (str,),
    bool: (bool,),
    int: (int,),
    # JSON has one kind of number.
    float: (float, int),
}

_PLAIN = frozenset((str, int, float, bool, NoneType))


def lower(value: Any) -> Any:
    """Return the JSON form of a value: a dataclass becomes the list of its fields.

    What is none of ours stays as it is: the encoder decides about it.
    """
    if type(value) in _PLAIN or (
        isinstance(value, str | int | float) and not isinstance(value, Enum)
    ):
        return value
    if isinstance(value, tuple | list):
        return [lower(item) for item in value]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return {str(key): lower(item) for key, item in value.items()}
    if isinstance(value, Path):
        return str(value)
    kind: Any = type(value)
    is_ours = is_dataclass(value)
    names = _field_names(kind) if is_ours else None
    return value if names is None else [lower(getattr(value, name)) for name in names]


def lift(wanted: Any, data: Any) -> Any:
    """Rebuild a value of the wanted type from its JSON form.

    Raises:
        TypeError, ValueError: the data does not fit the type.
    """
    return lifter(wanted)(data)


@cache
def _field_names(kind: Any) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


@cache
def lifter(wanted: Any) -> Lift:
    """Return what rebuilds values of the wanted type."""
    if hasattr(wanted, "__supertype__"):
        return lifter(wanted.__supertype__)
    if is_dataclass(wanted) and isinstance(wanted, type):
        return _dataclass_lifter(wanted)
    if isinstance(wanted, type) and issubclass(wanted, Enum | Path):
        return wanted
    if wanted in _SCALARS:
        return _checker(_SCALARS[wanted])
    return _generic_lifter(get_origin(wanted), get_args(wanted))


def _generic_lifter(origin: Any, arguments: tuple[Any, ...]) -> Lift:
    if origin is tuple:
        item, is_list = lifter(arguments[0]), _checker((list,))
        return lambda data: tuple(map(item, is_list(data)))
    if origin is dict:
        return _checker((dict,))
    if origin in (Union, UnionType):
        (only,) = [one for one in arguments if one is not NoneType]
        inner = lifter(only)
        return lambda data: None if data is None else inner(data)
    return _unchanged


def _dataclass_lifter(kind: type) -> Lift:
    hints = get_type_hints(kind)
    lifters = [(name, lifter(hints[name])) for name in _field_names(kind)]

    def build(data: Any) -> Any:
        return kind(**{name: to(item) for (name, to), item in zip(lifters, data, strict=True)})

    return build


def _checker(kinds: tuple[type, ...]) -> Lift:
    def check(data: Any) -> Any:
        if type(data) not in kinds:
            raise TypeError(f"{data!r:.80} is no {kinds[0].__name__}")
        return data

    return check


def _unchanged(data: Any) -> Any:
    return data
