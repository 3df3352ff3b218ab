"""`[tool.agentorch]` about resources: what there is, what tests need, what agents get."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pytest_agentorch.capability_table import read_capabilities
from pytest_agentorch.model.errors import SettingsError
from pytest_agentorch.model.ids import PhaseName
from pytest_agentorch.model.needs import (
    AgentShare,
    Count,
    Needs,
    NeedsRule,
    ResourceSettings,
)
from pytest_agentorch.model.settings import PhaseSettings
from pytest_agentorch.model.size import bytes_of
from pytest_agentorch.model.suggestion import did_you_mean
from pytest_agentorch.model.written_needs import WORDS, needs_from
from pytest_agentorch.priority_table import read_priorities
from pytest_agentorch.system.limits import known_limits, shortage
from pytest_agentorch.table import Table

_AGENT_KEYS = ("memory_soft", "memory_hard", "affinity", "nice", "rlimits")
_RULE_KEYS = ("phases", "paths", "markers", *WORDS)


def read_resources(option: Any, table: Table, phases: Sequence[PhaseSettings]) -> ResourceSettings:
    """Return what command line and configuration say about resources.

    Raises:
        SettingsError: something in them cannot be.
    """
    counts = _resources(table.raw("resources"))
    rules = _rules(table.raw("needs"), [count.name for count in counts])
    _check_phases(rules, [phase.name for phase in phases])
    memory = table.size("memory", 0) if table.raw("memory") is not None else 0
    return ResourceSettings(
        memory=_asked(option.agents_memory, "--agents-memory") or memory,
        counts=counts,
        rules=(*rules, *_rules_of_phases(phases)),
        agent=_agent(option, table.raw("agent")),
        share_host=table.flag("share_host", default=True),
        capabilities=read_capabilities(table.raw("capabilities")),
        priorities=read_priorities(table.raw("agent_priority")),
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
        rlimits=_rlimits(table.raw("rlimits")),
    )


def _rlimits(values: Any) -> tuple[Count, ...]:
    where = "[tool.agentorch.agent.rlimits]"
    limits = _counts(values, where, low=0)
    known = known_limits()
    for limit in limits:
        if known and limit.name not in known:
            raise SettingsError(
                f'{where}: there is no limit "{limit.name}". Known limits: {", ".join(known)}.'
                f"{did_you_mean(limit.name, known)} [unknown-key]"
            )
        too_little = shortage(limit.name, limit.number) if known else ""
        if too_little:
            raise SettingsError(f"{where}: {limit.name}: {too_little}. [bad-value]")
    return limits


def _resources(values: Any) -> tuple[Count, ...]:
    where = "[tool.agentorch.resources]"
    counts = _counts(values, where)
    for count in counts:
        if count.name in _RULE_KEYS:
            raise SettingsError(
                f'{where}: no resource can be called "{count.name}", which says something else '
                "where a test says what it needs. [bad-value]"
            )
    return counts


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
        _rule(Table(_mapping(one, where), where, (*_RULE_KEYS, *names)), names, where)
        for one in values
    )


def _rule(table: Table, names: Sequence[str], where: str) -> NeedsRule:
    written = {word: table.raw(word) for word in (*WORDS, *names) if table.raw(word) is not None}
    try:
        needs = needs_from(written)
    except ValueError as error:
        raise SettingsError(f"{where} {error}. [bad-value]") from None
    return NeedsRule(
        needs=needs,
        phases=tuple(map(PhaseName, table.texts("phases"))),
        paths=table.texts("paths"),
        markers=table.texts("markers"),
    )


def _rules_of_phases(phases: Sequence[PhaseSettings]) -> Iterator[NeedsRule]:
    """What a phase asks for, each of its tests does."""
    for phase in phases:
        if phase.capabilities:
            yield NeedsRule(needs=Needs(capabilities=phase.capabilities), phases=(phase.name,))


def _check_phases(rules: Sequence[NeedsRule], names: Sequence[PhaseName]) -> None:
    for name in (name for rule in rules for name in rule.phases):
        if name not in names:
            raise SettingsError(
                f'[[tool.agentorch.needs]]: there is no phase "{name}". Known phases: '
                f"{', '.join(names)}.{did_you_mean(name, names)} [unknown-phase]"
            )


def _mapping(values: Any, where: str) -> Mapping[str, Any]:
    if values is None:
        return {}
    if not isinstance(values, Mapping):
        raise SettingsError(f"{where} must be a table. [bad-value]")
    return values
