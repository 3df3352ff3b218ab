"""What the class of a warning is called, and what it is a kind of."""

from __future__ import annotations


def names_of(category: type[Warning]) -> tuple[tuple[str, str], ...]:
    """Return module and name of the class and of the warnings that it is derived from."""
    kinds = (kind for kind in category.__mro__ if issubclass(kind, Warning))
    return tuple((str(kind.__module__), kind.__name__) for kind in kinds)
