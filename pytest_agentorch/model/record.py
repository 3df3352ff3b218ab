"""Plain data for what is frozen, and back: what the wire and the event log share.

`lower` turns frozen instances, enums, paths and tuples into what JSON knows; `lift` rebuilds them
from the annotations of the class.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum
from functools import cache
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from pytest_agentorch.model.frozen import Frozen, fields

Lift = Callable[[Any], Any]

_ATOMS = frozenset({str, int, float, bool, NoneType})
_SCALARS: dict[Any, tuple[type, ...]] = {
    str: (str,),
    bool: (bool,),
    int: (int,),
    # JSON has one kind of number.
    float: (float, int),
}


def lower(value: Any) -> Any:
    """Return the JSON form of a value: a frozen instance becomes the list of its values.

    What is none of ours stays as it is: the encoder decides about it.
    """
    lowered = value
    if type(value) in _ATOMS:
        pass
    elif isinstance(value, Enum):
        lowered = value.value
    elif isinstance(value, tuple | list):
        lowered = [lower(item) for item in value]
    elif isinstance(value, Frozen):
        lowered = [lower(getattr(value, name)) for name in fields(type(value))]
    elif isinstance(value, Mapping):
        lowered = {str(key): lower(item) for key, item in value.items()}
    elif isinstance(value, Path):
        lowered = str(value)
    return lowered


def lift(wanted: Any, data: Any) -> Any:
    """Rebuild a value of the wanted type from its JSON form.

    Raises:
        TypeError, ValueError: the data does not fit the type.
    """
    return lifter(wanted)(data)


@cache
def lifter(wanted: Any) -> Lift:
    """Return what rebuilds values of the wanted type."""
    if hasattr(wanted, "__supertype__"):
        return lifter(wanted.__supertype__)
    if isinstance(wanted, type) and issubclass(wanted, Frozen):
        return _frozen_lifter(wanted)
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


def _frozen_lifter(kind: type[Frozen]) -> Lift:
    hints = get_type_hints(kind)
    lifters = [(name, lifter(hints[name])) for name in fields(kind)]

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
