"""What a test needs besides a process to run in, and what agents are given."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TypeVar

from pytest_agentorch.model.frozen import Frozen
from pytest_agentorch.model.ids import PhaseName, SlotId

N = TypeVar("N", int, float)


class Count(Frozen):
    """So many of a named resource."""

    name: str
    number: int


class Needs(Frozen):
    """What a test must have, all at once, before it starts.

    Attributes:
        cpus: how many CPUs, fractions too; None for what an agent has anyway.
        memory: in bytes, for its whole process; None if nobody knows.
        counts: so many of each named resource, by name.
        reads: locks that others may read at the same time.
        writes: locks that nobody else may have at the same time.
        exclusive: nothing else may run at the same time.
        serial: no other serial test may run at the same time.
        capabilities: what the agent must have that runs it.
    """

    cpus: float | None = None
    memory: int | None = None
    counts: tuple[Count, ...] = ()
    reads: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()
    exclusive: bool = False
    serial: bool = False
    capabilities: tuple[str, ...] = ()


NO_NEEDS = Needs()


def together(one: Needs, other: Needs) -> Needs:
    """Return what is enough for both: the larger of each, and all locks."""
    counts = {count.name: count.number for count in one.counts}
    for count in other.counts:
        counts[count.name] = max(count.number, counts.get(count.name, 0))
    writes = {*one.writes, *other.writes}
    return Needs(
        cpus=_larger(one.cpus, other.cpus),
        memory=_larger(one.memory, other.memory),
        counts=tuple(Count(name=name, number=counts[name]) for name in sorted(counts)),
        reads=tuple(sorted({*one.reads, *other.reads} - writes)),
        writes=tuple(sorted(writes)),
        exclusive=one.exclusive or other.exclusive,
        serial=one.serial or other.serial,
        capabilities=tuple(sorted({*one.capabilities, *other.capabilities})),
    )


def _larger(one: N | None, other: N | None) -> N | None:
    return max((number for number in (one, other) if number is not None), default=None)


class NeedsRule(Frozen):
    """What the project's configuration says some tests need.

    A rule with several of `phases`, `paths` and `markers` is about tests that match each of them.
    """

    needs: Needs
    phases: tuple[PhaseName, ...] = ()
    paths: tuple[str, ...] = ()
    markers: tuple[str, ...] = ()


class Capability(Frozen):
    """What some agents have and others have not.

    Attributes:
        agents: the first so many have it; None for all.
        slots: or these have it.
    """

    name: str
    agents: int | None = None
    slots: tuple[SlotId, ...] = ()


class AgentShare(Frozen):
    """What each agent process is given, as far as somebody asked for it.

    Attributes:
        memory_soft: an agent that has more bytes is replaced when its test is over; 0 for never.
        memory_hard: an agent that has more is ended, and its test fails; 0 for never.
        affinity: whether each agent is bound to CPUs of its own.
        nice: added to the niceness of agents.
        rlimits: by the names of `resource.RLIMIT_*` in small letters, without that prefix.
    """

    memory_soft: int = 0
    memory_hard: int = 0
    affinity: bool = False
    nice: int = 0
    rlimits: tuple[Count, ...] = ()


class ResourceSettings(Frozen):
    """What there is for a run, what tests need of it, and what each agent gets.

    Attributes:
        memory: how many bytes all processes of the run may have together, as somebody has asked
            for; 0 if nobody has.
        counts: how many there are of each named resource.
        rules: what the configuration says tests need; a mark says more about its test.
        capabilities: which agents have what.
        priorities: of the agents that have one; the others have 0.
        share_host: whether runs on one host share its CPUs and its memory.
    """

    memory: int = 0
    counts: tuple[Count, ...] = ()
    rules: tuple[NeedsRule, ...] = ()
    agent: AgentShare = AgentShare()
    capabilities: tuple[Capability, ...] = ()
    priorities: Mapping[SlotId, int] = MappingProxyType({})
    share_host: bool = True
