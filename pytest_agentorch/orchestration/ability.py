"""Abilities: which agents have which capabilities, and which can run a test that asks for some."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from pytest_agentorch.model.errors import SettingsError
from pytest_agentorch.model.ids import SlotId
from pytest_agentorch.model.needs import Capability, Needs
from pytest_agentorch.model.settings import Dist, Settings
from pytest_agentorch.model.suggestion import did_you_mean
from pytest_agentorch.model.test import TestDescriptor
from pytest_agentorch.orchestration.unit import Places

Names = tuple[str, ...]


def abilities(capabilities: Iterable[Capability], agents: int) -> Mapping[SlotId, frozenset[str]]:
    """Return what the agent of each slot has."""
    slots = [SlotId(f"gw{number}") for number in range(agents)]
    has = {one.name: one.slots or slots[: one.agents] for one in capabilities}
    return {slot: frozenset(name for name, some in has.items() if slot in some) for slot in slots}


def who_has_what(able: Mapping[SlotId, frozenset[str]]) -> str:
    """Say which agents have what: `gw0: disk gpu, gw1: disk vpn`."""
    told = (f"{slot}: {' '.join(sorted(some))}" for slot, some in able.items() if some)
    return ", ".join(told) or "none has any"


def places_of(
    rows: Sequence[TestDescriptor], needs: Sequence[Needs], settings: Settings
) -> tuple[Places, ...]:
    """Return for each test the slots that can run it; nothing if any slot can run any test.

    Raises:
        SettingsError: there is none for a test; or not all, where each agent runs each test.
    """
    different = {one.capabilities for one in needs}
    if different <= {()}:
        return ()
    able = abilities(settings.resources.capabilities, settings.agents)
    places = {names: _places(names, able) for names in different}
    for names, slots in places.items():
        too_few = not slots if settings.dist is not Dist.EACH else len(slots) < settings.agents
        if names and too_few:
            ids = [row.node_id for row, one in zip(rows, needs, strict=True)]
            asking = {n for n, one in zip(ids, needs, strict=True) if one.capabilities == names}
            raise _missing(next(n for n in ids if n in asking), len(asking) - 1, names, settings)
    return tuple(places[one.capabilities] if one.capabilities else None for one in needs)


def places_for(names: Names, settings: Settings) -> Places:
    """Return the slots that have some capabilities; None for all slots if there are none."""
    able = abilities(settings.resources.capabilities, settings.agents)
    return _places(names, able) if names else None


def _places(names: Names, able: Mapping[SlotId, frozenset[str]]) -> frozenset[SlotId]:
    return frozenset(slot for slot, some in able.items() if some.issuperset(names))


def _missing(first: str, others: int, names: Names, settings: Settings) -> SettingsError:
    """What is asked for, what agents have, and what to do."""
    able = abilities(settings.resources.capabilities, settings.agents)
    more = f" (and {others} more)" if others else ""
    asked = " and ".join(f'"{name}"' for name in names)
    known = [one.name for one in settings.resources.capabilities]
    unknown = next((name for name in names if name not in known), "")
    hint = did_you_mean(unknown, known) if unknown else ""
    each = "is to run on each agent and " if settings.dist is Dist.EACH else ""
    who = "not all of them have" if each else "no agent has"
    return SettingsError(
        f"{first}{more} {each}needs the capability {asked}, and {who} that (of {settings.agents}: "
        f"{who_has_what(able)}).{hint} Say in [tool.agentorch.capabilities] which agents have "
        "what. [missing-capability]"
    )
