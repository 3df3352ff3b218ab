"""`[tool.agentorch]` about resources: what there is, what tests need, what agents get."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pytest_agentorch.model.errors import SettingsError
from pytest_agentorch.model.ids import PhaseName
from pytest_agentorch.model.needs import AgentShare, Count, Needs, NeedsRule, ResourceSettings
from pytest_agentorch.model.size import bytes_of
from pytest_agentorch.table import Table

_AGENT_KEYS = ("memory_soft", "memory_hard", "affinity", "nice", "rlimits")
NEED_KEYS = ("cpus", "memory", "read", "write", "exclusive", "serial")
"""What a test can need, besides named resources."""
_RULE_KEYS = ("phases", "paths", "markers", *NEED_KEYS)


def read_resources(option: Any, table: Table) -> ResourceSettings:
    """Return what command line and configuration say about resources.

    Raises:
        SettingsError: something in them cannot be.
    """
    counts = _counts(table.raw("resources"), "[tool.agentorch.resources]")
    memory = table.size("memory", 0) if table.raw("memory") is not None else 0
    return ResourceSettings(
        memory=_asked(option.agents_memory, "--agents-memory") or memory,
        counts=counts,
        rules=_rules(table.raw("needs"), [count.name for count in counts]),
        agent=_agent(option, table.raw("agent")),
        share_host=table.flag("share_host", default=True),
    )


def _asked(text: str | None, option: str) -> int:
    if not text:
        return 0
    number = bytes_of(text)
    if number is None:
        raise SettingsError(f"{option}={text}: give a size such as 512MiB or 1.5GiB. [bad-size]")
    return number


def _agent(option: Any, values: Any) -> AgentShare:
    where = "[tool.agentorch.agent]"
    table = Table(_mapping(values, where), where, _AGENT_KEYS)
    soft, hard = (
        table.size(key, 0) if table.raw(key) is not None else 0 for key in _AGENT_KEYS[:2]
    )
    return AgentShare(
        memory_soft=soft,
        memory_hard=_asked(option.agents_memory_hard, "--agents-memory-hard") or hard,
        affinity=table.flag("affinity", default=False),
        nice=table.integer("nice", 0, low=0),
        rlimits=_counts(table.raw("rlimits"), "[tool.agentorch.agent.rlimits]", low=0),
    )


def _counts(values: Any, where: str, low: int = 1) -> tuple[Count, ...]:
    """Read a table of numbers; sizes are numbers of bytes."""
    names = _mapping(values, where)
    table = Table(names, where, tuple(names))
    counts = []
    for name in names:
        number = bytes_of(table.raw(name)) if isinstance(table.raw(name), str) else None
        number = table.integer(name, 0, low=low) if number is None else number
        counts.append(Count(name=name, number=number))
    return tuple(sorted(counts, key=lambda count: count.name))


def _rules(values: Any, names: Sequence[str]) -> tuple[NeedsRule, ...]:
    where = "[[tool.agentorch.needs]]"
    if values is None:
        return ()
    if not isinstance(values, list):
        raise SettingsError(f"{where} must be a list of tables. [bad-value]")
    return tuple(
        _rule(Table(_mapping(one, where), where, (*_RULE_KEYS, *names)), names) for one in values
    )


def _rule(table: Table, names: Sequence[str]) -> NeedsRule:
    return NeedsRule(
        needs=needs_from(table, names),
        phases=tuple(map(PhaseName, table.texts("phases"))),
        paths=table.texts("paths"),
        markers=table.texts("markers"),
    )


def needs_from(table: Table, names: Sequence[str]) -> Needs:
    """Read what a test needs.

    Args:
        table: with `NEED_KEYS` and the names of resources.
        names: these.

    Raises:
        SettingsError: something in it cannot be.
    """
    cpus, memory = table.raw("cpus"), table.raw("memory")
    asked = (name for name in sorted(names) if table.raw(name) is not None)
    return Needs(
        cpus=None if cpus is None else table.number("cpus", 1.0, low=0.001, high=100_000.0),
        memory=None if memory is None else table.size("memory", 0),
        counts=tuple(Count(name=name, number=table.integer(name, 1, low=1)) for name in asked),
        reads=_locks(table, "read"),
        writes=_locks(table, "write"),
        exclusive=table.flag("exclusive", default=False),
        serial=table.flag("serial", default=False),
    )


def _locks(table: Table, key: str) -> tuple[str, ...]:
    """The names of locks: one, or a list."""
    if isinstance(table.raw(key), str):
        return (str(table.raw(key)),)
    return tuple(sorted(set(table.texts(key))))


def _mapping(values: Any, where: str) -> Mapping[str, Any]:
    if values is None:
        return {}
    if not isinstance(values, Mapping):
        raise SettingsError(f"{where} must be a table. [bad-value]")
    return values
