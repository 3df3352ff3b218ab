"""What never changes once it is made: messages, events, settings, results.

Like dataclasses that are frozen, have slots and are made by keyword. Those generate and compile
code for every class, half a millisecond each, and all that a run consists of is imported before its
first test. Here the code is written once, and for a class of its own when that has many instances.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import FrozenInstanceError
from itertools import count
from operator import attrgetter
from typing import Any, TypeVar, dataclass_transform

F = TypeVar("F", bound="Frozen")

_set = object.__setattr__
# Bound here: tests may run when a class has got many instances.
_exec = exec

_MANY = 100
"""So many instances are worth a constructor: it is written in the time that it saves with them."""


@dataclass_transform(kw_only_default=True, frozen_default=True)
class _FrozenType(type):
    """Makes slots of a class's annotations; what is assigned to one is its default."""

    def __new__(cls, name: str, bases: tuple[type, ...], namespace: dict[str, Any]) -> _FrozenType:
        hints: dict[str, str] = namespace.get("__annotations__", {})
        own = tuple(field for field, hint in hints.items() if not hint.startswith("ClassVar"))
        defaults = {field: namespace.pop(field) for field in own if field in namespace}
        # Not that of a base, which may have been written for fewer values.
        namespace.setdefault("__init__", _initialize)
        made = super().__new__(cls, name, bases, {**namespace, "__slots__": own})
        fields = (*getattr(made, "__fields__", ()), *own)
        made.__fields__ = fields
        made.__names__ = frozenset(fields)
        made.__defaults__ = {**getattr(made, "__defaults__", {}), **defaults}
        made.__values__ = _getter(fields)
        made.__count__ = count(1).__next__
        return made

    __fields__: tuple[str, ...]
    __names__: frozenset[str]
    __defaults__: Mapping[str, Any]
    __values__: Any
    __count__: Callable[[], int]


def _initialize(self: Any, **values: Any) -> None:
    """Make any instance."""
    kind: Any = type(self)
    if kind.__count__() == _MANY and kind.__fields__:
        kind.__init__ = _written(kind)
    if values.keys() != kind.__names__:
        values = _completed(kind, values)
    for name, value in values.items():
        _set(self, name, value)


def _written(kind: _FrozenType) -> Any:
    """Write a constructor for one class: it takes less than half of the time."""
    known: dict[str, Any] = {f"set_{name}": getattr(kind, name).__set__ for name in kind.__fields__}
    known["defaults"] = kind.__defaults__
    parameters = "".join(
        f", {name}=defaults[{name!r}]" if name in kind.__defaults__ else f", {name}"
        for name in kind.__fields__
    )
    lines = (f"    set_{name}(self, {name})" for name in kind.__fields__)
    _exec("\n".join([f"def __init__(self, *{parameters}):", *lines]), known)
    made = known["__init__"]
    made.__qualname__ = f"{kind.__qualname__}.__init__"
    return made


def _getter(fields: tuple[str, ...]) -> Any:
    """Return what returns all values of an instance; two that are equal have equal ones."""
    return attrgetter(*fields) if fields else type


class Frozen(metaclass=_FrozenType):
    """Has a value for each annotation of its class, and is equal to what has the same ones.

    Its annotations are strings (`from __future__ import annotations`); `ClassVar` is none of them.

    Raises:
        TypeError: a value is missing, or there is one too many.
    """

    __slots__ = ()

    def __setattr__(self, name: str, value: Any) -> None:
        raise FrozenInstanceError(f"cannot assign to field {name!r}")

    def __delattr__(self, name: str) -> None:
        raise FrozenInstanceError(f"cannot delete field {name!r}")

    def __eq__(self, other: object) -> bool:
        kind = type(self)
        if type(other) is not kind:
            return NotImplemented
        return bool(kind.__values__(self) == kind.__values__(other))

    def __hash__(self) -> int:
        kind = type(self)
        return hash((kind, kind.__values__(self)))

    def __repr__(self) -> str:
        kind = type(self)
        shown = ", ".join(f"{name}={getattr(self, name)!r}" for name in kind.__fields__)
        return f"{kind.__qualname__}({shown})"


def from_columns(kind: type[F], columns: Sequence[Iterable[Any]], count: int) -> list[F]:
    """Make many instances at once.

    Args:
        kind: of what.
        columns: the values of each field, in the order of the class.
        count: how many there are of each.

    Raises:
        ValueError: there are more or fewer columns than fields.
    """
    made = [kind.__new__(kind) for _ in range(count)]
    for name, column in zip(fields(kind), columns, strict=True):
        # A member of the slots writes past `__setattr__`.
        deque(map(getattr(kind, name).__set__, made, column), maxlen=0)
    return made


def fields(kind: type) -> tuple[str, ...]:
    """Return the names of what instances of a frozen class have, in the order of the class."""
    assert isinstance(kind, _FrozenType), kind
    return kind.__fields__


def defaults(kind: type) -> Mapping[str, Any]:
    """Return the values that instances of a frozen class have if nobody gives them."""
    assert isinstance(kind, _FrozenType), kind
    return kind.__defaults__


def values(one: Frozen) -> tuple[Any, ...]:
    """Return what an instance has, in the order of its class."""
    kind = type(one)
    found = kind.__values__(one)
    # Of a single attribute, the getter returns the bare value.
    return found if len(kind.__fields__) > 1 else (found,) if kind.__fields__ else ()


def replace(one: F, **changes: Any) -> F:
    """Return a copy with some other values."""
    kind = type(one)
    return kind(**{name: getattr(one, name) for name in kind.__fields__} | changes)


def as_dict(one: Frozen) -> dict[str, Any]:
    """Return the values by name, those of frozen instances in it likewise."""
    return {name: _plain(getattr(one, name)) for name in type(one).__fields__}


def _plain(value: Any) -> Any:
    if isinstance(value, Frozen):
        return as_dict(value)
    if isinstance(value, tuple | list):
        return type(value)(map(_plain, value))
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return value


def _completed(kind: _FrozenType, values: dict[str, Any]) -> dict[str, Any]:
    values = {**kind.__defaults__, **values}
    for name in sorted(kind.__names__ - values.keys()):
        raise TypeError(f"{kind.__name__}: no value for {name}")
    for name in sorted(values.keys() - kind.__names__):
        raise TypeError(f"{kind.__name__} has no {name}")
    return values
