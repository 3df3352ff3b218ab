"""What the header of a run says of agents: how many there may be, how they start, and why. Pure."""

from __future__ import annotations

from collections.abc import Container

from pytest_agentorch.model.needs import AgentShare
from pytest_agentorch.model.settings import Isolate, Settings, Start
from pytest_agentorch.model.size import size
from pytest_agentorch.orchestration.start_choice import StartChoice


def header(settings: Settings, choice: StartChoice) -> str:
    """How many agents there may be, and why; how they start, as far as that is known."""
    start = f"{choice.start.value} start"
    if choice.start is Start.AUTO:
        start = "fork start" if settings.start is Start.FORK else "fork start if safe"
    if settings.isolate is not Isolate.NONE:
        start += f", a process per {settings.isolate.value}"
    why = f" ({cpus_words(settings)}, {_decisive(settings)})" if settings.asked == "auto" else ""
    return f"agents: up to {settings.agents}{why}, {start}"


def missing_line(share: AgentShare, possible: Container[str]) -> list[str]:
    """One line about what agents are to get and this system cannot give them."""
    wanted = {"affinity": share.affinity, "nice": share.nice, "rlimits": share.rlimits}
    missing = [name for name, value in wanted.items() if value and name not in possible]
    if not missing:
        return []
    return [f"agents: {', '.join(missing)}: not possible on this system [share-ignored]"]


def start_line(choice: StartChoice) -> list[str]:
    """One line about what speaks against a fork; nothing where nothing does."""
    if not choice.reasons:
        return []
    first, *rest = choice.reasons
    more = f" (+{len(rest)} more)" if rest else ""
    if choice.start is Start.FORK:
        return [f"agents: forked at your risk: {first}{more} [fork-risk]"]
    return [f"agents: spawned: {first}{more} [fork-refused]"]


def isolation_line(isolate: Isolate, choice: StartChoice) -> list[str]:
    """One line about what isolation costs where agents are no forks."""
    if isolate is Isolate.NONE or choice.start is not Start.SPAWN:
        return []
    slow = f"each {isolate.value} imports and collects for itself: that is slow"
    return [f"agents: {slow} [isolate-spawned]"]


def cpus_words(settings: Settings) -> str:
    """How many CPUs there are."""
    return f"{settings.cpus:g} CPU{'' if settings.cpus == 1 else 's'}"


def limit_words(settings: Settings) -> str:
    """How much of them a run may take."""
    return f"{settings.resource_limit:.0%} allowed".replace("%", " %")


def _decisive(settings: Settings) -> str:
    """What the number of agents is owed to."""
    if settings.memory_decides:
        is_left = settings.other_runs and not settings.resources.memory
        left = f"left by {_other_runs(settings)}" if is_left else "allowed"
        return f"{size(settings.memory)} of memory {left}"
    if settings.taken_cpus:
        return f"{settings.taken_cpus} of them taken by {_other_runs(settings)}"
    return settings.learned or limit_words(settings)


def _other_runs(settings: Settings) -> str:
    return "another run" if settings.other_runs == 1 else f"{settings.other_runs} other runs"
