"""`[tool.agentorch.capabilities]`: which agents have what."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pytest_agentorch.model.errors import SettingsError
from pytest_agentorch.model.ids import SlotId
from pytest_agentorch.model.needs import Capability

_WHERE = "[tool.agentorch.capabilities]"
SLOT = re.compile(r"gw(0|[1-9][0-9]{0,3})")
"""What an agent is called."""


def read_capabilities(values: Any) -> tuple[Capability, ...]:
    """Return what the configuration says: a table, or a list of what all agents have.

    Raises:
        SettingsError: it says something else.
    """
    if values is None:
        return ()
    if isinstance(values, list) and all(isinstance(one, str) and one for one in values):
        return tuple(Capability(name=name) for name in sorted(set(values)))
    if not isinstance(values, Mapping):
        raise SettingsError(
            f"{_WHERE} must be a table, or a list of the names that all agents have. [bad-value]"
        )
    return tuple(_capability(name, values[name]) for name in sorted(values))


def _capability(name: str, who: Any) -> Capability:
    if who == "all":
        return Capability(name=name)
    if isinstance(who, int) and not isinstance(who, bool) and who > 0:
        return Capability(name=name, agents=who)
    if isinstance(who, list) and who and all(SLOT.fullmatch(str(one)) for one in who):
        return Capability(name=name, slots=tuple(map(SlotId, who)))
    raise SettingsError(
        f'{_WHERE} {name} = {who!r}: it must be how many agents have it, "all", or a list of '
        'agents such as ["gw0", "gw2"]. [bad-value]'
    )
