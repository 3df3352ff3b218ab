"""What tests need, in words. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from pytest_agentorch.model.needs import Count, Needs
from pytest_agentorch.model.size import size


def needs_of_some(needs: Collection[Needs], there: Iterable[Count]) -> str:
    """What some tests need between them, with how many there are; empty if that is nothing.

    `needs postgres (2), lock schema, 2 CPUs  1 exclusive, 3 serial`
    """
    numbers = {count.name: count.number for count in there}
    names = sorted({count.name for one in needs for count in one.counts})
    locks = sorted({lock for one in needs for lock in (*one.reads, *one.writes)})
    parts = [f"{name} ({numbers.get(name, 0)})" for name in names]
    parts += [f"lock {lock}" for lock in locks]
    parts += sorted({f"capability {name}" for one in needs for name in one.capabilities})
    parts += _shares(
        max((one.cpus for one in needs if one.cpus), default=None),
        max((one.memory for one in needs if one.memory), default=None),
    )
    exclusive = sum(one.exclusive for one in needs)
    serial = sum(one.serial for one in needs)
    alone = [f"{exclusive} exclusive"] * bool(exclusive) + [f"{serial} serial"] * bool(serial)
    return "  ".join(filter(None, (_list("needs ", parts), _list("", alone))))


def needs_of_one(needs: Needs) -> str:
    """What a test needs; empty if that is nothing.

    `needs 2 postgres, writes schema, 0.5 CPUs, exclusive`
    """
    parts = [f"{count.number} {count.name}" for count in needs.counts]
    parts += [f"reads {lock}" for lock in needs.reads]
    parts += [f"writes {lock}" for lock in needs.writes]
    parts += [f"capability {name}" for name in needs.capabilities]
    parts += _shares(needs.cpus, needs.memory)
    parts += ["exclusive"] * needs.exclusive + ["serial"] * needs.serial
    return _list("needs ", parts)


def _shares(cpus: float | None, memory: int | None) -> list[str]:
    parts = [] if cpus is None else [f"{cpus:g} CPU{'' if cpus == 1 else 's'}"]
    return parts if memory is None else [*parts, size(memory)]


def _list(before: str, parts: list[str]) -> str:
    return before + ", ".join(parts) if parts else ""
