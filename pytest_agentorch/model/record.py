"""Plain data for frozen dataclasses, and back: what the wire and the event log share.

`lower` turns dataclasses, enums, paths and tuples into what JSON knows; `lift` rebuilds them from
the annotations of the class.
"""

from __future__ import annotations

import dataclasses
import enum
import functools
import types
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Union, get_args, get_origin, get_type_hints

Lift = Callable[[Any], Any]


def lower(value: Any) -> Any:
    """Return the JSON form of a value: a dataclass becomes the list of its fields.

    What is none of ours stays as it is: the encoder decides about it.
    """
    if isinstance(value, str | int | float | types.NoneType) and not isinstance(value, enum.Enum):
        return value
    if isinstance(value, tuple | list):
        return [lower(item) for item in value]
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, Mapping):
        return {str(key): lower(item) for key, item in value.items()}
    if isinstance(value, Path):
        return str(value)
    kind: Any = type(value)
    is_ours = dataclasses.is_dataclass(value)
    names = _field_names(kind) if is_ours else None
    return value if names is None else [lower(getattr(value, name)) for name in names]


def lift(wanted: Any, data: Any) -> Any:
    """Rebuild a value of the wanted type from its JSON form.

    Raises:
        TypeError, ValueError: the data does not fit the type.
    """
    return _lifter(wanted)(data)


@functools.cache
def _field_names(kind: Any) -> tuple[str, ...]:
    return tuple(field.name for field in dataclasses.fields(kind))


@functools.cache
def _lifter(wanted: Any) -> Lift:
    if hasattr(wanted, "__supertype__"):
        return _lifter(wanted.__supertype__)
    if dataclasses.is_dataclass(wanted) and isinstance(wanted, type):
        return _dataclass_lifter(wanted)
    if isinstance(wanted, type) and issubclass(wanted, enum.Enum | Path):
        return wanted
    origin, arguments = get_origin(wanted), get_args(wanted)
    if origin is tuple:
        item = _lifter(arguments[0])
        return lambda data: tuple(map(item, data))
    if origin in (Union, types.UnionType):
        (only,) = [one for one in arguments if one is not types.NoneType]
        inner = _lifter(only)
        return lambda data: None if data is None else inner(data)
    return _unchanged


def _dataclass_lifter(kind: type) -> Lift:
    hints = get_type_hints(kind)
    lifters = [(name, _lifter(hints[name])) for name in _field_names(kind)]

    def build(data: Any) -> Any:
        return kind(**{name: to(item) for (name, to), item in zip(lifters, data, strict=True)})

    return build


def _unchanged(data: Any) -> Any:
    return data
