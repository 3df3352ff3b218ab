"""What somebody has written down that tests need: in a mark, or in the configuration."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pytest_agentorch.model.needs import Count, Needs
from pytest_agentorch.model.size import bytes_of


def needs_from(written: Mapping[str, object]) -> Needs:
    """Read `WORDS` with their values; any other word is the name of a resource.

    Raises:
        ValueError: one of the values cannot be; says what it must be.
    """
    read = {word: _value(word, value) for word, value in written.items()}
    writes = read.get("write", ())
    return Needs(
        cpus=read.get("cpus"),
        memory=read.get("memory"),
        counts=tuple(Count(name=name, number=read[name]) for name in sorted(read.keys() - WORDS)),
        reads=tuple(name for name in read.get("read", ()) if name not in writes),
        writes=writes,
        exclusive=read.get("exclusive", False),
        serial=read.get("serial", False),
        capabilities=read.get("capability", ()),
    )


def _value(word: str, written: object) -> Any:
    read, wanted = _READERS.get(word, (bytes_of, "a whole number from 1"))
    value = read(written)
    if value is None:
        raise ValueError(f"{word} = {written!r}: it must be {wanted}")
    return value


def _cpus(written: object) -> float | None:
    if isinstance(written, bool) or not isinstance(written, int | float):
        return None
    return float(written) if 0 < written < float("inf") else None


def _names(written: object) -> tuple[str, ...] | None:
    names = [written] if isinstance(written, str) else written
    if not isinstance(names, list | tuple | set):
        return None
    if not all(isinstance(one, str) and one.strip() for one in names):
        return None
    return tuple(sorted(set(names)))


def _flag(written: object) -> bool | None:
    return written if isinstance(written, bool) else None


_READERS: dict[str, tuple[Callable[[object], Any], str]] = {
    "cpus": (_cpus, "a number above 0"),
    "memory": (bytes_of, 'a size such as "512MiB" or "1GiB"'),
    "read": (_names, "the name of a lock, or a list of names"),
    "write": (_names, "the name of a lock, or a list of names"),
    "exclusive": (_flag, "true or false"),
    "serial": (_flag, "true or false"),
    "capability": (_names, "the name of a capability, or a list of names"),
}
WORDS = _READERS.keys()
"""What a test can need, besides named resources."""
