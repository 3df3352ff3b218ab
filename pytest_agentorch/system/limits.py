"""The limits that the system keeps for a process and for all that it starts."""

from __future__ import annotations

from typing import Any

resource: Any
try:
    import resource
except ImportError:
    resource = None

_PREFIX = "RLIMIT_"


def known_limits() -> tuple[str, ...]:
    """Return the limits that there are, by their names in small letters; none on some systems."""
    names = (name for name in dir(resource) if name.startswith(_PREFIX))
    return tuple(name.removeprefix(_PREFIX).lower() for name in names)


def set_limit(name: str, number: int) -> None:
    """Limit this process to so much, but never to more than it is limited to already.

    Raises:
        OSError, ValueError: the system does not allow that.
    """
    kind = getattr(resource, _PREFIX + name.upper())
    _, hard = resource.getrlimit(kind)
    limit = number if hard == resource.RLIM_INFINITY else min(number, hard)
    resource.setrlimit(kind, (limit, limit))
